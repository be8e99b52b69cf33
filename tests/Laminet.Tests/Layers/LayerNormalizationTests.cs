using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Layer normalization and its kin against PyTorch's numbers (Golden/make_attention_golden.py), and where others lost digits.</summary>
public class LayerNormalizationTests
{
    private static readonly JsonObject Expected = GoldenFile.Json("attention.json");

    public static TheoryData<string> Settings => ["last", "two", "all"];

    [Theory]
    [MemberData(nameof(Settings))]
    public void LayerNormalization_is_PyTorchs(string name)
    {
        Axes axis = name switch { "last" => -1, "two" => [1, 2], _ => [0, 1, 2] };
        double epsilon = name switch { "last" => 1e-3, "two" => 1e-5, _ => 0.1 };
        Agrees($"layer_normalization_{name}", new LayerNormalization(axis, epsilon) { DType = DType.Float64 }, "gamma", "beta");
    }

    [Theory]
    [InlineData("last", -1, 1e-6)]
    [InlineData("first", 1, 1e-2)]
    public void RMSNormalization_is_its_formula(string name, int axis, double epsilon) =>
        Agrees($"rms_normalization_{name}", new RMSNormalization(axis, epsilon) { DType = DType.Float64 }, "scale");

    [Fact]
    public void RMSNormalization_over_two_axes() => Agrees("rms_normalization_two", new RMSNormalization([2, 1]) { DType = DType.Float64 }, "scale");

    private static void Agrees(string name, Layer layer, params string[] weights)
    {
        Tensor x = new Lcg(1).Tensor([3, 5, 7], minus: 0.5);
        layer.Call(x);
        foreach ((int i, Variable weight) in layer.Weights.Index())
            weight.Assign(new Lcg(2 + i).Tensor(weight.Shape, minus: 0.5));
        Close(name, "value", layer.Call(x));
        Close(name, "x", Gradient.Of(input => layer.Call(input, new CallContext(training: true)).Pow(3).Sum())(x));
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => layer.Call(x, new CallContext(training: true)).Pow(3).Sum(), layer.Weights);
        foreach ((string weight, Tensor gradient) in weights.Zip(gradients))
            Close(name, weight, gradient);
    }

    private static void Close(string name, string part, Tensor actual) => Near.Equal(GoldenFile.Numbers(Expected[name]![part]), actual, 1e-10);

    // A variance as mean(x²) - mean(x)² would be -1 here. Siblings: a mean of a million, both layers' types.
    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(-10_000, 1)]
    [InlineData(1_000_000, 1)]
    [InlineData(16_000_000, 4)]
    public void A_mean_far_from_zero_costs_no_digits(double mean, double step)
    {
        double deviation = Math.Sqrt((2 * step * step / 3) + 1e-3);
        foreach (DType type in new[] { DType.Float32, DType.Float64 })
        {
            Tensor y = new LayerNormalization { DType = type }.Call(Tensor.From([mean, mean + step, mean + (2 * step)], [1, 3]).Cast(type));
            Near.Equal([-step / deviation, 0, step / deviation], y, 1e-6);
        }

        Near.Equal([-1.22382740, 0, 1.22382740], new LayerNormalization().Call(Tensor.From([10_000f, 10_001, 10_002], [1, 3])), 1e-7);
    }

    // A wide row, whose mean is no number of Float32.
    [Fact]
    public void The_rounding_of_the_mean_is_taken_out()
    {
        float[] row = [.. Enumerable.Range(0, 1000).Select(i => 5000 + (i % 7))];
        double mean = row.Average(value => (double)value), deviation = Math.Sqrt(row.Average(value => Math.Pow(value - mean, 2)) + 1e-3);
        Near.Equal([.. row.Select(value => (value - mean) / deviation)], new LayerNormalization().Call(Tensor.From(row, [1, 1000])), 3e-6);
    }

    // Moments in the narrow type would be infinite, or have lost the difference.
    [Fact]
    public void Halves_are_normalised_by_moments_in_Float32()
    {
        Near.Equal([-1, 1], Tensor.From([60_000f, 65_000], [1, 2]).Cast(DType.Float16).LayerNormalize(), 1e-3);
        Near.Equal([-1, 1], Tensor.From([60_000f, 70_000], [1, 2]).Cast(DType.BFloat16).LayerNormalize(), 1e-2);
        Near.Equal([-1, 1], new LayerNormalization().Call(Tensor.From([60_000f, 70_000], [1, 2])), 1e-6);
        Near.Equal([1, 1], Tensor.From([60_000f, 60_000], [1, 2]).Cast(DType.Float16).RmsNormalize(), 1e-3);
    }

    // 0.30151134 would be the default epsilon.
    [Theory]
    [InlineData(1e-6, 0.99503719)]
    [InlineData(1e-3, 0.30151134)]
    public void Epsilon_is_the_one_given(double epsilon, double expected) =>
        Near.Equal([-expected, expected], new LayerNormalization(epsilon: epsilon) { DType = DType.Float64 }.Call(Tensor.From([1, 1.02], [1, 2])), 1e-7);

    [Fact]
    public void Of_equal_numbers_value_and_gradient_are_finite()
    {
        Tensor x = Tensor.Zeros([2, 4]);
        Near.Equal([0, 0, 0, 0, 0, 0, 0, 0], new LayerNormalization().Call(x), 0);
        foreach (Layer layer in (Layer[])[new LayerNormalization(), new RMSNormalization()])
            Assert.All(Gradient.Of(input => layer.Call(input, new CallContext(true)).Pow(3).Sum())(x).ToArray<float>(), number => Assert.True(float.IsFinite(number)));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        ShapeException wrong = Assert.Throws<ShapeException>(() => Tensor.Zeros([2, 3]).LayerNormalize(gamma: Tensor.Ones([2])));
        Assert.Equal("LayerNormalize: received a gamma or beta of shape (2,) for the shape (2, 3); expected (3,), one number for each place along the axes normalised over.", wrong.Message);
        Assert.StartsWith("RmsNormalize: received a scalar", Assert.Throws<ShapeException>(() => Tensor.Scalar(1f).RmsNormalize()).Message, StringComparison.Ordinal);
        Assert.Contains("Received epsilon = 0; expected a number above 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNormalization(epsilon: 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new LayerNormalization(axis: 5).Call(Tensor.Zeros([2, 3])));
    }

    [Fact]
    public void Masks_are_passed_on()
    {
        CallContext context = new();
        Tensor masked = new Masking().Call(Tensor.From([1f, 2, 0, 0], [1, 2, 2]), context);
        Assert.Equal([true, false], context.MaskOf(new LayerNormalization().Call(masked, context))!.ToArray<bool>());
        Assert.Equal([true, false], context.MaskOf(new RMSNormalization().Call(masked, context))!.ToArray<bool>());
    }
}
