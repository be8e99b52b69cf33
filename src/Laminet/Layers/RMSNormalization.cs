using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Divides each example by the root mean square over some axes: y = scale x / sqrt(mean(x²) + epsilon). Input and output have one shape; scale, which starts with ones, has the
/// shape of the axes. (Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019.) Keras: <c>RMSNormalization</c>; PyTorch: <c>nn.RMSNorm</c>.
/// </summary>
/// <param name="axis">The axis or axes to normalise over; the last by default.</param>
/// <param name="epsilon">Added to the mean square against division by zero.</param>
public sealed class RMSNormalization(Axes? axis = null, double epsilon = 1e-6) : Layer
{
    private Variable? scale;

    public Axes Axis { get; } = axis ?? -1;
    public double Epsilon { get; } = Setting.Require(epsilon, epsilon > 0, "a number above 0");

    protected override bool SupportsMasking => true;

    protected override void Build(Shape input) => scale = AddWeight("scale", Axis.LengthsIn(input), new Ones());

    protected override Tensor Forward(Tensor input, CallContext context) => input.RmsNormalize(scale!.Value, Epsilon, Axis);
}
