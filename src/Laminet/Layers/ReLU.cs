using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The rectified linear unit: x above the threshold, at most maxValue; below it negativeSlope (x - threshold). (Nair and Hinton, "Rectified linear units improve restricted
/// Boltzmann machines", ICML 2010.) Keras: <c>ReLU</c>; PyTorch: <c>nn.ReLU</c>.
/// </summary>
/// <param name="maxValue">The largest value; null for none.</param>
/// <param name="negativeSlope">The slope below the threshold; zero or more.</param>
/// <param name="threshold">Where the unit begins to be active; zero or more.</param>
public sealed class ReLU(double? maxValue = null, double negativeSlope = 0, double threshold = 0) : Layer
{
    private readonly ActivationFunction function = ActivationFunction.ReluWith(negativeSlope, maxValue, threshold);

    public double? MaxValue { get; } = Setting.Require(maxValue, maxValue is null or >= 0, "zero or more");
    public double NegativeSlope { get; } = Setting.Require(negativeSlope, negativeSlope >= 0, "zero or more");
    public double Threshold { get; } = Setting.Require(threshold, threshold >= 0, "zero or more");
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) => function.Call(input);
}
