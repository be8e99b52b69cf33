using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Keras's activations against PyTorch's numbers and gradients (Golden/make_core_golden.py), at large numbers and at joints too.</summary>
public sealed class ActivationGoldenTests
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

    public static TheoryData<string> Names => [.. Expected.AsObject().Where(pair => pair.Value is JsonObject entry && entry["y"]!.AsArray().Count == GoldenFile.Numbers(Expected["points"]).Length).Select(pair => pair.Key)];

    public static TheoryData<string> Formable => [.. Names, "glu", "glu_axis", "softmax", "sparsemax", "log_softmax", "sigmoid", "linear"];

    [Fact]
    public void There_are_many() => Assert.True(Names.Count >= 30);

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_and_gradients_are_PyTorchs(string name)
    {
        ActivationFunction function = WithSettings.GetValueOrDefault(name) ?? name;
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
                Near.Equal(y[i], values[i], tolerance, $"{name}({points[i]}) in {type}: ");
                if (!OtherSide.GetValueOrDefault(name, []).Contains(points[i]))
                    Near.Equal(slopes[i], received[i], tolerance, $"the slope of {name} at {points[i]} in {type}: ");
                else
                    Assert.InRange(received[i], Math.Min(Slope(points[i] - 1e-6), Slope(points[i] + 1e-6)) - 1e-5, Math.Max(Slope(points[i] - 1e-6), Slope(points[i] + 1e-6)) + 1e-5);
            }
        }

        double Slope(double x) => Gradient.Of(input => function.Call(input))(Tensor.Scalar(x)).ToDouble();
    }

    [Theory]
    [InlineData("glu")]
    [InlineData("glu_axis")]
    [InlineData("softmax_axis")]
    [InlineData("log_softmax_axis")]
    [InlineData("sparsemax")]
    [InlineData("sparsemax_axis")]
    public void Functions_along_an_axis_too(string name)
    {
        ActivationFunction function = name switch
        {
            "glu_axis" => ActivationFunction.Glu(1),
            "softmax_axis" => ActivationFunction.Softmax(1),
            "log_softmax_axis" => ActivationFunction.LogSoftmax(1),
            "sparsemax_axis" => ActivationFunction.Sparsemax(1),
            _ => name,
        };
        Tensor x = (new Lcg(8).Tensor([3, 6, 4]) * 4) - 2, weights = new Lcg(9).Tensor([3, 6, 4], 0.5), y = function.Call(x);
        Near.Equal(GoldenFile.Numbers(Expected[name]!["y"]), y, 1e-13);
        for (int axis = 0; axis < 3; axis++)
            weights = weights.Slice(0, y.Shape[axis], axis: axis);
        Near.Equal(GoldenFile.Numbers(Expected[name]!["dy"]), Gradient.Of(input => (function.Call(input) * weights).Sum())(x), 1e-12);
    }

    [Fact]
    public void Sparsemax_gives_ties_the_same_and_sums_to_one()
    {
        ActivationFunction function = "sparsemax";
        Assert.Equal([0.5, 0.5, 0], function.Call(Tensor.From(new double[,] { { 2, 2, 0 } })).ToArray<double>());
        Near.Equal([1.0 / 3, 1.0 / 3, 1.0 / 3], function.Call(Tensor.From(new double[,] { { 7, 7, 7 } })), 1e-15);
        Assert.Equal([0.0, 1, 0], function.Call(Tensor.From(new double[,] { { -1e4, 1e4, 0 } })).ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Formable))]
    public void It_survives_a_file_with_its_settings(string name)
    {
        Activation layer = new(WithSettings.GetValueOrDefault(name) ?? (name == "glu_axis" ? ActivationFunction.Glu(1) : name));
        JsonObject written = Layer.Registry.Serialize(layer);
        Activation copy = (Activation)Layer.Registry.Deserialize(JsonNode.Parse(written.ToJsonString()));
        Assert.Equal(written.ToJsonString(), Layer.Registry.Serialize(copy).ToJsonString());
        Tensor x = new Lcg(3).Tensor([2, 6, 4], 0.5);
        Assert.Equal(layer.Call(x).ToArray<double>(), copy.Call(x).ToArray<double>());
    }

    [Fact]
    public void A_function_with_its_defaults_is_written_as_its_name()
    {
        Assert.Equal("\"gelu\"", new Dense(1, ActivationFunction.Gelu()).GetConfig()["activation"]!.ToJsonString());
        Assert.Equal("""{"class_name":"leaky_relu","config":{"negative_slope":0.3}}""", new Dense(1, ActivationFunction.LeakyRelu(0.3)).GetConfig()["activation"]!.ToJsonString());
        Assert.Same(ActivationFunction.Relu, ActivationFunction.ReluWith());
    }

    [Fact]
    public void All_of_Keras_are_known()
    {
        string[] names =
        [
            "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish",
            "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink",
        ];
        Assert.All(names, name => Assert.Equal(name, ActivationFunction.FromName(name).Name));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Equal("The activation 'threshold' has no defaults: give ActivationFunction.Threshold(threshold, defaultValue).",
            Assert.Throws<ArgumentException>(() => ActivationFunction.FromName("threshold")).Message);
        Assert.Contains("There is no activation named 'leaky'. Did you mean 'leaky_relu'?", Assert.Throws<ArgumentException>(() => ActivationFunction.FromName("leaky")).Message, StringComparison.Ordinal);
        Assert.Contains("the activation 'glu' received a tensor of shape (2, 3); expected an even length of axis -1, which is halved.",
            Assert.Throws<ShapeException>(() => new Dense(3, "glu").Call(Tensor.Ones([2, 4]))).Message, StringComparison.Ordinal);
        Assert.Contains("Received alpha = 0; expected a number other than 0.", Assert.Throws<ArgumentOutOfRangeException>(() => ActivationFunction.Celu(0)).Message, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse("""{"class_name":"Activation","config":{"activation":{"class_name":"elu","config":{"alhpa":1}}}}""")!;
        Assert.Contains("The activation 'elu' has no setting 'alhpa'. Did you mean 'alpha'? Known: alpha.", Assert.Throws<ArgumentException>(() => Layer.Registry.Deserialize(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dense_applies_a_function_along_an_axis_to_the_whole_output()
    {
        Tensor x = new Lcg(8).Tensor([3, 5, 4], 0.5, DType.Float32);
        Assert.Equal(new Shape(3, 5, 4), new Dense(8, "glu").Call(x).Shape);
        Near.Equal([.. Enumerable.Repeat(1.0, 3 * 8)], new Dense(8, ActivationFunction.Softmax(1)).Call(x).Sum(1), 1e-6);
    }
}
