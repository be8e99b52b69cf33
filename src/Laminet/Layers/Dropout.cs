using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, sets a share of the numbers to zero, each independently, and scales the rest by 1 / (1 - rate); otherwise does nothing. (Srivastava et al., "Dropout: a simple
/// way to prevent neural networks from overfitting", JMLR 2014.) Keras: <c>Dropout</c>; PyTorch: <c>nn.Dropout</c>.
/// </summary>
/// <param name="rate">The share set to zero, 0 to 1; with 1 nothing is left.</param>
/// <param name="noiseShape">
/// The shape of the choice, the batch counted: along axes of length 1 all numbers stay or go together, null is the input's length. [null, 1, null] drops whole features of sequences.
/// By default each number goes alone.
/// </param>
public sealed class Dropout(double rate, PartialShape? noiseShape = null) : Layer
{
    public double Rate { get; } = Setting.Require(rate, rate is >= 0 and <= 1, "0 to 1");
    public PartialShape? NoiseShape { get; } = noiseShape;

    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (!context.Training || Rate == 0)
            return input;
        // No factor makes up for all.
        if (Rate == 1)
            return input.ZerosLike();
        return NoiseShape is null
            ? input.Dropout(context.NextKey(), Rate)
            : input * Tensor.Ones(Noise.ShapeFor(input, NoiseShape), input.DType).Dropout(context.NextKey(), Rate);
    }
}
