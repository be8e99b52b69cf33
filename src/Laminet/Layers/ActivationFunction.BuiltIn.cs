using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <content>Keras's functions, by their names and with their settings.</content>
public sealed partial class ActivationFunction
{
    private static readonly Dictionary<string, Func<JsonObject, ActivationFunction>> BuiltIn = [];

    static ActivationFunction()
    {
        Simple("linear", x => x);
        Simple("sigmoid", x => x.Sigmoid());
        Simple("tanh", x => x.Tanh());
        Simple("softplus", x => x.Softplus());
        Simple("softsign", x => x / (x.Abs() + 1));
        Simple("exponential", x => x.Exp());
        Simple("relu6", x => x.Relu().Clip(0, 6));
        Simple("selu", Activations.Selu);
        Simple("silu", x => x * x.Sigmoid());
        Simple("swish", x => x * x.Sigmoid());
        Simple("mish", x => x * x.Softplus().Tanh());
        Simple("hard_sigmoid", Activations.HardSigmoid);
        Simple("hard_silu", x => x * Activations.HardSigmoid(x));
        Simple("hard_swish", x => x * Activations.HardSigmoid(x));
        Simple("hard_tanh", x => x.Clip(-1, 1));
        Simple("tanh_shrink", x => x - x.Tanh());
        Simple("log_sigmoid", x => -(-x).Softplus());
        Simple("sparse_plus", Activations.SparsePlus);
        Simple("sparse_sigmoid", x => (x.Clip(-1, 1) + 1) * 0.5);
        Relu = new ActivationFunction("relu", x => x.Relu(), ReluSettings(0, null, 0));
        BuiltIn["relu"] = settings => settings.Count == 0 ? Relu : ReluWith(settings.Get("negative_slope", 0.0), settings.Get<double?>("max_value", null), settings.Get("threshold", 0.0));
        BuiltIn["leaky_relu"] = settings => LeakyRelu(settings.Get("negative_slope", 0.2));
        BuiltIn["elu"] = settings => Elu(settings.Get("alpha", 1.0));
        BuiltIn["celu"] = settings => Celu(settings.Get("alpha", 1.0));
        BuiltIn["gelu"] = settings => Gelu(settings.Get("approximate", false));
        BuiltIn["glu"] = settings => Glu(settings.Get("axis", -1));
        BuiltIn["softmax"] = settings => Softmax(settings.Get("axis", -1));
        BuiltIn["log_softmax"] = settings => LogSoftmax(settings.Get("axis", -1));
        BuiltIn["sparsemax"] = settings => Sparsemax(settings.Get("axis", -1));
        BuiltIn["hard_shrink"] = settings => HardShrink(settings.Get("threshold", 0.5));
        BuiltIn["soft_shrink"] = settings => SoftShrink(settings.Get("threshold", 0.5));
        BuiltIn["squareplus"] = settings => Squareplus(settings.Get("b", 4.0));
        BuiltIn["threshold"] = settings => settings.ContainsKey("threshold") && settings.ContainsKey("default_value")
            ? Threshold(settings.Get("threshold", 0.0), settings.Get("default_value", 0.0))
            : throw new ArgumentException("The activation 'threshold' has no defaults: give ActivationFunction.Threshold(threshold, defaultValue).");
    }

    /// <summary>The names of Keras's functions.</summary>
    internal static IReadOnlyCollection<string> Names => BuiltIn.Keys;

    /// <summary>f(x) = x. Keras: <c>linear</c>; PyTorch: <c>nn.Identity</c>.</summary>
    public static ActivationFunction Linear => BuiltIn["linear"]([]);

    /// <summary>
    /// max(0, x). (Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010.) Keras: <c>relu</c>; PyTorch: <c>nn.ReLU</c>.
    /// </summary>
    public static ActivationFunction Relu { get; }

    /// <summary>
    /// x above the threshold, at most maxValue; below it negativeSlope (x - threshold). With the defaults it is <see cref="Relu"/>. Keras: <c>relu</c>.
    /// </summary>
    /// <param name="negativeSlope">The slope below the threshold.</param>
    /// <param name="maxValue">The largest value; null for none.</param>
    /// <param name="threshold">Where the unit begins to be active.</param>
    public static ActivationFunction ReluWith(double negativeSlope = 0, double? maxValue = null, double threshold = 0) => (negativeSlope, maxValue, threshold) == (0, null, 0)
        ? Relu
        : new ActivationFunction("relu", x => Activations.Relu(x, negativeSlope, maxValue, threshold), ReluSettings(negativeSlope, maxValue, threshold));

    /// <summary>
    /// max(x, 0) + negativeSlope min(x, 0). (Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", ICML 2013.) Keras: <c>leaky_relu</c>; PyTorch:
    /// <c>nn.LeakyReLU</c>.
    /// </summary>
    /// <param name="negativeSlope">The slope below 0.</param>
    public static ActivationFunction LeakyRelu(double negativeSlope = 0.2) =>
        new("leaky_relu", x => Activations.LeakyRelu(x, negativeSlope), new() { ["negative_slope"] = negativeSlope });

    /// <summary>
    /// x above 0, else alpha (exp(x) - 1). (Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by ELUs", ICLR 2016.) Keras: <c>elu</c>; PyTorch:
    /// <c>nn.ELU</c>.
    /// </summary>
    /// <param name="alpha">What it goes to, negative.</param>
    public static ActivationFunction Elu(double alpha = 1) => new("elu", x => Activations.Elu(x, alpha), new() { ["alpha"] = alpha });

    /// <summary>
    /// max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1): an ELU whose slope at 0 is 1 for every alpha. (Barron, "Continuously differentiable exponential linear units", 2017.) Keras:
    /// <c>celu</c>; PyTorch: <c>nn.CELU</c>.
    /// </summary>
    /// <param name="alpha">What it goes to, negative; not 0.</param>
    public static ActivationFunction Celu(double alpha = 1) =>
        new("celu", x => Activations.Celu(x, alpha), new() { ["alpha"] = Setting.Require(alpha, alpha != 0, "a number other than 0") });

    /// <summary>
    /// x times the normal distribution's share below x, x (1 + erf(x / sqrt(2))) / 2. (Hendrycks and Gimpel, "Gaussian error linear units", 2016.) Keras: <c>gelu</c>;
    /// PyTorch: <c>nn.GELU</c>.
    /// </summary>
    /// <param name="approximate">Whether to take x (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) / 2 instead, as GPT-2 does.</param>
    public static ActivationFunction Gelu(bool approximate = false) =>
        new("gelu", approximate ? Activations.ApproximateGelu : Activations.Gelu, new() { ["approximate"] = approximate });

    /// <summary>
    /// a / (1 + exp(-b)): the first half a of an axis times the sigmoid of the second half b; the axis becomes half as long. (Dauphin et al., "Language modeling with gated convolutional
    /// networks", 2017.) Keras: <c>glu</c>; PyTorch: <c>nn.GLU</c>.
    /// </summary>
    /// <param name="axis">The axis that is halved.</param>
    public static ActivationFunction Glu(int axis = -1) => new("glu", x => Activations.Glu(x, axis), new() { ["axis"] = axis });

    /// <summary>exp(x) / sum(exp(x)) along an axis. Keras: <c>softmax</c>; PyTorch: <c>nn.Softmax</c>.</summary>
    /// <param name="axis">The axis.</param>
    public static ActivationFunction Softmax(int axis = -1) => new("softmax", x => x.Softmax(axis), new() { ["axis"] = axis });

    /// <summary>x - ln(sum(exp(x))) along an axis. Keras: <c>log_softmax</c>; PyTorch: <c>nn.LogSoftmax</c>.</summary>
    /// <param name="axis">The axis.</param>
    public static ActivationFunction LogSoftmax(int axis = -1) => new("log_softmax", x => x.LogSoftmax(axis), new() { ["axis"] = axis });

    /// <summary>
    /// The nearest point of the probability simplex, the p with p &gt;= 0 and sum(p) = 1 of the least |p - x|: like softmax, with exact zeros. (Martins and Astudillo, "From softmax to
    /// sparsemax", ICML 2016.) Keras: <c>sparsemax</c>.
    /// </summary>
    /// <param name="axis">The axis along which the result sums to 1.</param>
    public static ActivationFunction Sparsemax(int axis = -1) => new("sparsemax", x => Activations.Sparsemax(x, axis), new() { ["axis"] = axis });

    /// <summary>x where |x| &gt; threshold, else 0. Keras: <c>hard_shrink</c>; PyTorch: <c>nn.Hardshrink</c>.</summary>
    /// <param name="threshold">The threshold.</param>
    public static ActivationFunction HardShrink(double threshold = 0.5) =>
        new("hard_shrink", x => Tensor.Where(x.Abs().Greater(threshold), x, Tensor.Scalar(0, x.DType)), new() { ["threshold"] = threshold });

    /// <summary>x moved towards 0 by the threshold, at most to 0: x - clip(x, -threshold, threshold). Keras: <c>soft_shrink</c>; PyTorch: <c>nn.Softshrink</c>.</summary>
    /// <param name="threshold">The threshold.</param>
    public static ActivationFunction SoftShrink(double threshold = 0.5) => new("soft_shrink", x => x - x.Clip(-threshold, threshold), new() { ["threshold"] = threshold });

    /// <summary>(x + sqrt(x² + b)) / 2, a softplus without exponentials. (Barron, "Squareplus: a softplus-like algebraic rectifier", 2021.) Keras: <c>squareplus</c>.</summary>
    /// <param name="b">How smooth it is; 0 gives a rectifier.</param>
    public static ActivationFunction Squareplus(double b = 4) => new("squareplus", x => Activations.Squareplus(x, b), new() { ["b"] = b });

    /// <summary>x where x &gt; threshold, else defaultValue. Keras: <c>threshold</c>; PyTorch: <c>nn.Threshold</c>.</summary>
    /// <param name="threshold">The threshold.</param>
    /// <param name="defaultValue">The value at and below the threshold.</param>
    public static ActivationFunction Threshold(double threshold, double defaultValue) => new(
        "threshold", x => Tensor.Where(x.Greater(threshold), x, Tensor.Scalar(defaultValue, x.DType)), new() { ["threshold"] = threshold, ["default_value"] = defaultValue });

    private static JsonObject ReluSettings(double negativeSlope, double? maxValue, double threshold) =>
        new() { ["negative_slope"] = negativeSlope, ["max_value"] = maxValue, ["threshold"] = threshold };

    private static void Simple(string name, Func<Tensor, Tensor> function)
    {
        ActivationFunction simple = new(name, function);
        BuiltIn[name] = _ => simple;
    }
}
