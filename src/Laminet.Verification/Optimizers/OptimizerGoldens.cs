using System.Text.Json.Nodes;
using Laminet.Optimizers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Optimizers;

/// <summary>Twenty steps against PyTorch's, or Keras's formula in numpy where the two differ.</summary>
internal static class OptimizerGoldens
{
    public static IEnumerable<Check> All() =>
        from row in LearningGolden.Named(Optimizer.Registry, "optimizers", "optimizer")
        select new Check(Family.Optimizers, row.Class.Name, CheckKind.Value, $"{row.Name}: twenty steps are the oracle's", _ => AreTheOracles(row.Item));

    private static void AreTheOracles(JsonNode item)
    {
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-11), (DType.Float32, 1e-5) })
        {
            Optimizer optimizer = Optimizer.Registry.Deserialize(item.Description("optimizer"));
            Variable variable = new(Tensor.From(LearningGolden.Root.Numbers("start")).Cast(dtype), "w");
            JsonArray path = item["weights"]!.AsArray();
            for (int step = 0; step < path.Count; step++)
            {
                Tensor gradient = Tensor.From<double>([.. LearningGolden.Cases("gradients")[step]!.AsArray().Select(number => number!.GetValue<double>())]);
                optimizer.Apply([(gradient.Cast(dtype), variable)]);
                Near.Equal([.. path[step]!.AsArray().Select(number => number!.GetValue<double>())], variable.Value, tolerance, $"{dtype}, step {step}: ");
            }

            Expect.Equal(path.Count, optimizer.Iterations, "iterations");
        }
    }
}
