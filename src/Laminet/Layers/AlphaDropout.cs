using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Dropout for networks of SELU units: in training, sets a share of the numbers to -1.758, where a SELU goes to, then scales and shifts all so that mean 0 and variance 1 stay.
/// y = a x + b, or a l + b for the numbers set, with l = -1.758, a = 1 / sqrt((1 - rate) (1 + rate l²)) and b = -a l rate. (Klambauer et al., "Self-normalizing neural
/// networks", 2017.) Keras: <c>AlphaDropout</c>; PyTorch: <c>nn.AlphaDropout</c>.
/// </summary>
/// <param name="rate">The share that is set; 0 up to but not 1.</param>
/// <param name="noiseShape">The shape of the choice, as in <see cref="Dropout"/>.</param>
public sealed class AlphaDropout(double rate, PartialShape? noiseShape = null) : Layer
{
    public double Rate { get; } = Setting.Require(rate, rate is >= 0 and < 1, "0 to 1, without 1");
    public PartialShape? NoiseShape { get; } = noiseShape;
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (!context.Training || Rate == 0)
            return input;
        const double limit = Activations.SeluLimit;
        double scale = 1 / Math.Sqrt((1 - Rate) * (1 + (Rate * limit * limit)));
        Tensor kept = context.NextKey().Uniform(Noise.ShapeFor(input, NoiseShape)).Less(1 - Rate);
        return Tensor.Where(kept, (input * scale) - (scale * limit * Rate), Tensor.Scalar((scale * limit) - (scale * limit * Rate), input.DType));
    }
}
