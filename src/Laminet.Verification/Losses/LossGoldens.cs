using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Losses;

/// <summary>Values and gradients against PyTorch's, or against Keras's formula where the two differ.</summary>
internal static class LossGoldens
{
    public static IEnumerable<Check> All() =>
        from row in LearningGolden.Named(Loss.Registry, "losses", "loss")
        select new Check(Family.Losses, row.Class.Name, CheckKind.Value, $"{row.Name}: values and gradients are the oracle's", _ => AreTheOracles(row.Item));

    private static void AreTheOracles(JsonNode item)
    {
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-9), (DType.Float32, item["loss"]!.GetValue<string>() == "circle" ? 1e-3 : 3e-5) })
        {
            Tensor target = item.Target(dtype), prediction = item.Tensor("prediction", dtype);
            Tensor each = Make(item, "none").Call(target, prediction);
            Expect.Equal(item.Shape("losses_shape"), each.Shape);
            Near.Equal(item.Numbers("losses"), each, tolerance);
            Near.Equal(item.Numbers("losses").Sum(), Make(item, "sum").Call(target, prediction).ToDouble(), tolerance);

            (Tensor mean, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                inputs => Make(item, "sum_over_batch_size").Call(target, inputs[0]), prediction);
            Expect.Equal(0, mean.Rank, "rank of the mean");
            Near.Equal(item["mean"]!.GetValue<double>(), mean.ToDouble(), tolerance);
            Near.Equal(item.Numbers("gradient"), gradients[0], tolerance);
            if (item["weighted"] is not null)
                AreTheOraclesWeighted(item, target, prediction, dtype, tolerance);
        }
    }

    private static void AreTheOraclesWeighted(JsonNode item, Tensor target, Tensor prediction, DType dtype, double tolerance)
    {
        Tensor? weights = item["weights"] is null ? null : item.Tensor("weights", dtype), mask = item["mask"] is null ? null : item.Tensor("mask", DType.Bool);
        foreach ((string reduction, JsonNode? expected) in item["weighted"]!.AsObject())
        {
            Tensor result = Make(item, reduction).Call(target, prediction, weights, mask);
            Near.Equal(expected is JsonArray each ? GoldenFile.Numbers(each) : [expected!.GetValue<double>()], result.Cast(DType.Float64).ToArray<double>(), tolerance);
        }
    }

    private static Loss Make(JsonNode item, string reduction)
    {
        JsonObject description = item.Description("loss");
        description["config"]!["reduction"] = reduction;
        return Loss.Registry.Deserialize(description);
    }
}
