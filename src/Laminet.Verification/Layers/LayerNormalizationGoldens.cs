using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Layer normalization and its kin against PyTorch's numbers (Golden/make_attention_golden.py), and where others lost digits.</summary>
internal static class LayerNormalizationGoldens
{
    private static readonly JsonObject Expected = GoldenFile.Json("attention.json");

    [Verifies(typeof(LayerNormalization), "last")]
    [Verifies(typeof(LayerNormalization), "two")]
    [Verifies(typeof(LayerNormalization), "all")]
    public static void LayerNormalization_is_PyTorchs(string name)
    {
        Axes axis = name switch { "last" => -1, "two" => [1, 2], _ => [0, 1, 2] };
        double epsilon = name switch { "last" => 1e-3, "two" => 1e-5, _ => 0.1 };
        Agrees($"layer_normalization_{name}", new LayerNormalization(axis, epsilon) { DType = DType.Float64 }, "gamma", "beta");
    }

    [Verifies(typeof(RMSNormalization), "last", -1, 1e-6)]
    [Verifies(typeof(RMSNormalization), "first", 1, 1e-2)]
    public static void RMSNormalization_is_its_formula(string name, int axis, double epsilon) =>
        Agrees($"rms_normalization_{name}", new RMSNormalization(axis, epsilon) { DType = DType.Float64 }, "scale");

    [Verifies(typeof(RMSNormalization))]
    public static void RMSNormalization_over_two_axes() => Agrees("rms_normalization_two", new RMSNormalization([2, 1]) { DType = DType.Float64 }, "scale");

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
    [Verifies(typeof(LayerNormalization), 10_000, 1)]
    [Verifies(typeof(LayerNormalization), -10_000, 1)]
    [Verifies(typeof(LayerNormalization), 1_000_000, 1)]
    [Verifies(typeof(LayerNormalization), 16_000_000, 4)]
    public static void A_mean_far_from_zero_costs_no_digits(double mean, double step)
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
    [Verifies(typeof(LayerNormalization))]
    public static void The_rounding_of_the_mean_is_taken_out()
    {
        float[] row = [.. Enumerable.Range(0, 1000).Select(i => 5000 + (i % 7))];
        double mean = row.Average(value => (double)value), deviation = Math.Sqrt(row.Average(value => Math.Pow(value - mean, 2)) + 1e-3);
        Near.Equal([.. row.Select(value => (value - mean) / deviation)], new LayerNormalization().Call(Tensor.From(row, [1, 1000])), 3e-6);
    }

    // Moments in the narrow type would be infinite, or have lost the difference.
    [Verifies(typeof(LayerNormalization))]
    public static void Halves_are_normalised_by_moments_in_Float32()
    {
        Near.Equal([-1, 1], Tensor.From([60_000f, 65_000], [1, 2]).Cast(DType.Float16).LayerNormalize(), 1e-3);
        Near.Equal([-1, 1], Tensor.From([60_000f, 70_000], [1, 2]).Cast(DType.BFloat16).LayerNormalize(), 1e-2);
        Near.Equal([-1, 1], new LayerNormalization().Call(Tensor.From([60_000f, 70_000], [1, 2])), 1e-6);
        Near.Equal([1, 1], Tensor.From([60_000f, 60_000], [1, 2]).Cast(DType.Float16).RmsNormalize(), 1e-3);
    }

    // 0.30151134 would be the default epsilon.
    [Verifies(typeof(LayerNormalization), 1e-6, 0.99503719)]
    [Verifies(typeof(LayerNormalization), 1e-3, 0.30151134)]
    public static void Epsilon_is_the_one_given(double epsilon, double expected) =>
        Near.Equal([-expected, expected], new LayerNormalization(epsilon: epsilon) { DType = DType.Float64 }.Call(Tensor.From([1, 1.02], [1, 2])), 1e-7);
}
