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
        foreach ((DType dtype, double tolerance) in new[] { (DType.Float64, 1e-9), (DType.Float32, 2e-5) })
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
        }
    }

    private static Loss Make(JsonNode item, string reduction)
    {
        JsonObject description = item.Description("loss");
        description["config"]!["reduction"] = reduction;
        return Loss.Registry.Deserialize(description);
    }
}
