using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Losses;

/// <summary>Values and gradients against PyTorch's, or against Keras's formula where the two differ.</summary>
public sealed class LossGoldenTests
{
    public static TheoryData<int, string> Rows => LearningGolden.Rows("losses", "loss");

    [Theory]
    [MemberData(nameof(Rows))]
    public void Values_and_gradients_are_the_oracles(int row, string what)
    {
        Assert.NotEmpty(what);
        JsonNode item = LearningGolden.Cases("losses")[row]!;
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-9), (DType.Float32, item["loss"]!.GetValue<string>() == "circle" ? 1e-3 : 3e-5) })
        {
            Tensor target = item.Target(dtype), prediction = item.Tensor("prediction", dtype);
            Tensor each = Make(item, "none").Call(target, prediction);
            Assert.Equal(item.Shape("losses_shape"), each.Shape);
            Near.Equal(item.Numbers("losses"), each, tolerance);
            Near.Equal(item.Numbers("losses").Sum(), Make(item, "sum").Call(target, prediction).ToDouble(), tolerance);

            (Tensor mean, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                inputs => Make(item, "sum_over_batch_size").Call(target, inputs[0]), prediction);
            Assert.Equal(0, mean.Rank);
            Near.Equal(item["mean"]!.GetValue<double>(), mean.ToDouble(), tolerance);
            Near.Equal(item.Numbers("gradient"), gradients[0], tolerance);
            if (item["weighted"] is not null)
                AreTheOraclesWeighted(item, target, prediction, dtype, tolerance);
        }
    }

    [Fact]
    public void Every_loss_has_cases_of_its_defaults_and_of_two_other_settings_or_shapes()
    {
        ILookup<string, JsonNode> cases = LearningGolden.ByClass(Loss.Registry, "losses", "loss");
        foreach (Type type in Families.ClassesOf<Loss>())
        {
            Assert.True(cases[type.Name].Any(item => item["config"]!.AsObject().Count == 0), $"{type.Name} has no golden case of its defaults.");
            Assert.True(cases[type.Name].Count() >= 3, $"{type.Name} has {cases[type.Name].Count()} golden cases; give it its defaults and two other settings or shapes.");
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
