using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, sets a share of the numbers to zero, each independently, and scales the rest by 1 / (1 - rate); otherwise does
/// nothing. (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.)
/// </summary>
/// <param name="rate">The share set to zero, 0 to 1; with 1 nothing is left.</param>
public sealed class Dropout(double rate) : Layer
{
    public double Rate { get; } = Setting.Require(rate, rate is >= 0 and <= 1, "0 to 1");

    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (!context.Training || Rate == 0)
            return input;
        // No factor makes up for all.
        return Rate == 1 ? input.ZerosLike() : input.Dropout(context.NextKey(), Rate);
    }
}
