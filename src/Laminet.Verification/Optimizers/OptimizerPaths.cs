using System.Text.Json.Nodes;
using Laminet.Optimizers;
using Laminet.Tensors.Compilation;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Optimizers;

/// <summary>The steps of optimizers on vectors and matrices, against PyTorch's or Keras's formula in numpy; eager and compiled, in both types.</summary>
internal static class OptimizerPaths
{
    private static readonly JsonObject Root = GoldenFile.Json("optimizers.json");

    public static IEnumerable<Check> All() =>
        from row in Root["paths"]!.AsArray()
        let name = row["optimizer"]!.GetValue<string>()
        from compiled in (bool[])[false, true]
        select new Check(
            Family.Optimizers, name, CheckKind.Value, $"{name}{row["config"]!.ToJsonString()} on a {row["variable"]}: {(compiled ? "compiled" : "eager")} steps are the oracle's", _ => AreTheOracles(row, compiled));

    private static void AreTheOracles(JsonNode item, bool compiled)
    {
        JsonNode form = Root["variables"]![item["variable"]!.GetValue<string>()]!;
        Shape shape = GoldenFile.Numbers(form["shape"]).Select(length => (int)length).ToArray();
        // Signs of rounded numbers, as Lion and Rprop take them, are those of the exact ones here.
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-11), (DType.Float32, 1e-4) })
        {
            Optimizer optimizer = Optimizer.Registry.Deserialize(item.Description("optimizer"));
            Variable variable = new(Tensor.From(GoldenFile.Numbers(form["start"]), shape).Cast(dtype), "w");
            CompiledFunction step = Function.Compile(inputs => Step(inputs));
            JsonArray path = item["weights"]!.AsArray();
            for (int i = 0; i < path.Count; i++)
            {
                Tensor gradient = Tensor.From(GoldenFile.Numbers(form["gradients"]![i]), shape).Cast(dtype);
                _ = compiled ? step.Call(gradient) : Step([gradient]);
                Near.Equal(GoldenFile.Numbers(path[i]), variable.Value.Reshape([-1]), tolerance, $"{dtype}, step {i}: ");
            }

            IReadOnlyList<Tensor> Step(IReadOnlyList<Tensor> inputs)
            {
                optimizer.Apply([(inputs[0], variable)]);
                return [];
            }
        }
    }
}
