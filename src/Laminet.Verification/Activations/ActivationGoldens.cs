using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;
using Laminet.Verification.Operations;

namespace Laminet.Verification.Activations;

/// <summary>Keras's activations against PyTorch's numbers and gradients (Golden/make_core_golden.py), at large numbers and at joints too.</summary>
internal static class ActivationGoldens
{
    private static readonly JsonNode Expected = GoldenFile.Json("core.json")["activations"]!;

    private static readonly Dictionary<string, ActivationFunction> WithSettings = new()
    {
        ["celu_2"] = ActivationFunction.Celu(2.5),
        ["elu_half"] = ActivationFunction.Elu(0.5),
        ["gelu_approximate"] = ActivationFunction.Gelu(approximate: true),
        ["hard_shrink_2"] = ActivationFunction.HardShrink(2),
        ["leaky_relu_tenth"] = ActivationFunction.LeakyRelu(0.1),
        ["soft_shrink_1"] = ActivationFunction.SoftShrink(1),
        ["threshold"] = ActivationFunction.Threshold(0.75, -2),
        ["squareplus_1"] = ActivationFunction.Squareplus(1),
        ["relu_general"] = ActivationFunction.ReluWith(0.25, 3, 0.5),
        ["relu_slope"] = ActivationFunction.ReluWith(0.125),
        ["relu_max"] = ActivationFunction.ReluWith(maxValue: 2.5),
    };

    // Where PyTorch takes the slope on one side of a joint, and Laminet that on the other. 0, a unit's usual first input, is never among them.
    private static readonly Dictionary<string, double[]> OtherSide = new()
    {
        ["hard_sigmoid"] = [-3, 3],
        ["hard_silu"] = [-3, 3],
        ["hard_swish"] = [-3, 3],
        ["hard_tanh"] = [-1, 1],
        ["relu6"] = [6],
        ["sparse_sigmoid"] = [-1, 1],
        ["relu_general"] = [3],
        ["relu_max"] = [2.5],
    };

    // By the file's name of a case: what it is a case of.
    private static readonly Dictionary<string, ActivationFunction> AlongAxes = new()
    {
        ["glu"] = "glu",
        ["glu_axis"] = ActivationFunction.Glu(1),
        ["softmax_axis"] = ActivationFunction.Softmax(1),
        ["log_softmax_axis"] = ActivationFunction.LogSoftmax(1),
        ["sparsemax"] = "sparsemax",
        ["sparsemax_axis"] = ActivationFunction.Sparsemax(1),
    };

    /// <summary>The cases at points, one number each.</summary>
    public static IEnumerable<string> Names =>
        Expected.AsObject().Where(pair => pair.Value is JsonObject entry && entry["y"]!.AsArray().Count == GoldenFile.Numbers(Expected["points"]).Length).Select(pair => pair.Key);

    /// <summary>The function of a case.</summary>
    public static ActivationFunction Function(string name) => WithSettings.GetValueOrDefault(name) ?? AlongAxes.GetValueOrDefault(name) ?? name;

    public static IEnumerable<Check> All() =>
    [
        .. Names.Select(name => New(name, CheckKind.Value, "values and slopes are PyTorch's", _ => ArePyTorchs(name))),
        .. Names.Select(name => New(name, CheckKind.Gradient, "slopes are the finite differences", _ => AreTheFiniteDifferences(name, At(GoldenFile.Numbers(Expected["points"]))))),
        .. AlongAxes.Keys.Select(name => New(name, CheckKind.Value, "values and gradients along an axis are PyTorch's", _ => AlongAnAxisArePyTorchs(name))),
        .. AlongAxes.Keys.Select(name => New(name, CheckKind.Gradient, "gradients along an axis are the finite differences", _ => AreTheFiniteDifferences(name, (new Lcg(8).Tensor([3, 6, 4]) * 4) - 2))),
    ];

    private static Check New(string name, CheckKind kind, string what, Action<Depth> run) => new(Family.Activations, Function(name).Name!, kind, $"{name}: {what}", run);

    // Between the joints of functions of pieces, which are multiples of a half or a third.
    private static Tensor At(double[] points) => Tensor.From([.. points.Where(point => Math.Abs(point) < 20).Select(point => point + 0.0371)]);

    private static void AreTheFiniteDifferences(string name, Tensor x) => Differences.Check(inputs => Function(name).Call(inputs[0]), [x], [0], 40, name);

    private static void ArePyTorchs(string name)
    {
        ActivationFunction function = Function(name);
        double[] points = GoldenFile.Numbers(Expected["points"]), y = GoldenFile.Numbers(Expected[name]!["y"]), slopes = GoldenFile.Numbers(Expected[name]!["dy"]);
        Check(DType.Float64, 1e-13);
        Check(DType.Float32, 2e-6);

        void Check(DType type, double tolerance)
        {
            Tensor x = Tensor.From(points).Cast(type);
            Tensor gradient = Gradient.Of(input => function.Call(input).Sum())(x);
            double[] values = function.Call(x).Cast(DType.Float64).ToArray<double>(), received = gradient.Cast(DType.Float64).ToArray<double>();
            for (int i = 0; i < points.Length; i++)
            {
                Near.Equal(y[i], values[i], tolerance, FormattableString.Invariant($"{name}({points[i]}) in {type}: "));
                if (!OtherSide.GetValueOrDefault(name, []).Contains(points[i]))
                    Near.Equal(slopes[i], received[i], tolerance, FormattableString.Invariant($"the slope of {name} at {points[i]} in {type}: "));
                else
                    Expect.InRange(received[i], Math.Min(Slope(points[i] - 1e-6), Slope(points[i] + 1e-6)) - 1e-5, Math.Max(Slope(points[i] - 1e-6), Slope(points[i] + 1e-6)) + 1e-5);
            }
        }

        double Slope(double x) => Gradient.Of(input => function.Call(input))(Tensor.Scalar(x)).ToDouble();
    }

    private static void AlongAnAxisArePyTorchs(string name)
    {
        ActivationFunction function = Function(name);
        Tensor x = (new Lcg(8).Tensor([3, 6, 4]) * 4) - 2, weights = new Lcg(9).Tensor([3, 6, 4], 0.5), y = function.Call(x);
        Near.Equal(GoldenFile.Numbers(Expected[name]!["y"]), y, 1e-13);
        for (int axis = 0; axis < 3; axis++)
            weights = weights.Slice(0, y.Shape[axis], axis: axis);
        Near.Equal(GoldenFile.Numbers(Expected[name]!["dy"]), Gradient.Of(input => (function.Call(input) * weights).Sum())(x), 1e-12);
    }
}
