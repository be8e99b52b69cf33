using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Says which steps of sequences are padding: those whose numbers are all the mask value. Input and output (batch, time, features); y(t) = x(t), or 0 in the steps of padding,
/// and a mask goes with the output to the layers after it, to the loss and the metrics. Keras: <c>Masking</c>.
/// </summary>
/// <param name="maskValue">The number that padding is made of.</param>
public sealed class Masking(double maskValue = 0) : Layer
{
    public double MaskValue { get; } = Setting.Require(maskValue, !double.IsNaN(maskValue), "a number: NaN equals no number, so it marks no step");

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => Counts(inputs[0]);

    protected override Tensor Forward(Tensor input, CallContext context) => input.Rank >= 2
        ? Tensor.Where(Counts(input).Reshape([.. input.Shape.SkipLast(1), 1]), input, Tensor.Scalar(0, input.DType))
        : throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, time, features).");

    private Tensor Counts(Tensor input) => input.NotEqual(Tensor.Scalar(MaskValue, input.DType)).Any(-1);
}
