using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Verification;
using Laminet.Verification.Activations;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Names, files and wrong uses of activations; their values are checks of Laminet.Verification.</summary>
public sealed class ActivationTests
{
    public static TheoryData<string> Formable => [.. ActivationGoldens.Names, "glu", "glu_axis", "softmax", "sparsemax", "log_softmax", "sigmoid", "linear"];

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
        Activation layer = new(ActivationGoldens.Function(name));
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
