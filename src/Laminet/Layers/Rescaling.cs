using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>y = x * scale + offset, in the layer's floating-point type: image bytes to [0, 1] with a scale of 1/255. Keras: <c>Rescaling</c>.</summary>
/// <param name="scale">The factor.</param>
/// <param name="offset">What is added after.</param>
public sealed class Rescaling(double scale, double offset = 0) : Layer
{
    public double Scale { get; } = Setting.Require(scale, double.IsFinite(scale), "a finite number");
    public double Offset { get; } = Setting.Require(offset, double.IsFinite(offset), "a finite number");

    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        Tensor scaled = input.Cast(DType) * Scale;
        return Offset == 0 ? scaled : scaled + Offset;
    }
}
