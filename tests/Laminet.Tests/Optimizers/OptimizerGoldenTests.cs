using System.Text.Json.Nodes;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Optimizers;

/// <summary>Twenty steps against PyTorch's, or Keras's formula in numpy where the two differ.</summary>
public sealed class OptimizerGoldenTests
{
    public static TheoryData<int, string> Rows => LearningGolden.Rows("optimizers", "optimizer");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Trajectories_are_the_oracles(int row, string what)
    {
        Assert.NotEmpty(what);
        JsonNode item = LearningGolden.Cases("optimizers")[row]!;
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-11), (DType.Float32, 1e-5) })
        {
            Optimizer optimizer = Optimizer.Registry.Deserialize(item.Description("optimizer"));
            Variable variable = new(Tensor.From(LearningGolden.Root.Numbers("start")).Cast(dtype), "w");
            JsonArray path = item["weights"]!.AsArray();
            for (int step = 0; step < path.Count; step++)
            {
                Tensor gradient = Tensor.From<double>([.. LearningGolden.Cases("gradients")[step]!.AsArray().Select(number => number!.GetValue<double>())]);
                optimizer.Apply([(gradient.Cast(dtype), variable)]);
                Near.Equal([.. path[step]!.AsArray().Select(number => number!.GetValue<double>())], variable.Value, tolerance);
            }

            Assert.Equal(path.Count, optimizer.Iterations);
        }
    }
}
