using System.Text.Json.Nodes;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Optimizers;

/// <summary>The steps of optimizers on vectors and matrices, against PyTorch's or Keras's formula in numpy; eager and compiled, in both types.</summary>
public sealed class OptimizerPathTests
{
    private static readonly JsonObject Root = GoldenFile.Json("optimizers.json");

    public static TheoryData<int, string, bool> Rows
    {
        get
        {
            TheoryData<int, string, bool> rows = [];
            foreach ((int place, JsonNode? row) in Root["paths"]!.AsArray().Index())
            {
                foreach (bool compiled in new[] { false, true })
                    rows.Add(place, row!["optimizer"]!.GetValue<string>() + row["config"]!.ToJsonString(), compiled);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Paths_are_the_oracles(int row, string what, bool compiled)
    {
        Assert.NotEmpty(what);
        JsonNode item = Root["paths"]![row]!, form = Root["variables"]![item["variable"]!.GetValue<string>()]!;
        Shape shape = GoldenFile.Numbers(form["shape"]).Select(length => (int)length).ToArray();
        // Signs of rounded numbers, as Lion and Rprop take them, are those of the exact ones here.
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-11), (DType.Float32, 1e-4) })
        {
            Optimizer optimizer = Optimizer.Registry.Deserialize(item.Description("optimizer"));
            Variable variable = new(Tensor.From(GoldenFile.Numbers(form["start"]), shape).Cast(dtype), "w");
            CompiledFunction step = Function.Compile(inputs => Step(inputs));
            JsonArray path = item["weights"]!.AsArray();
            Assert.True(path.Count >= 20);
            for (int i = 0; i < path.Count; i++)
            {
                Tensor gradient = Tensor.From(GoldenFile.Numbers(form["gradients"]![i]), shape).Cast(dtype);
                _ = compiled ? step.Call(gradient) : Step([gradient]);
                Near.Equal(GoldenFile.Numbers(path[i]), variable.Value.Reshape([-1]), tolerance);
            }

            IReadOnlyList<Tensor> Step(IReadOnlyList<Tensor> inputs)
            {
                optimizer.Apply([(inputs[0], variable)]);
                return [];
            }
        }
    }

    [Fact]
    public void Every_new_optimizer_has_a_path_by_default_and_two_more()
    {
        foreach (IGrouping<string, JsonNode?> rows in Root["paths"]!.AsArray().GroupBy(row => row!["optimizer"]!.GetValue<string>()))
            Assert.True(rows.Count() >= 3 && rows.Any(row => row!["config"]!.AsObject().Count == 0), rows.Key);
    }
}
