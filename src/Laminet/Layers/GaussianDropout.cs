using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, multiplies each number by normal noise of mean 1 and deviation sqrt(rate / (1 - rate)), which is that of <see cref="Dropout"/>; otherwise does nothing.
/// (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014, section 10.) Keras: <c>GaussianDropout</c>.
/// </summary>
/// <param name="rate">The rate of the dropout with this deviation; 0 up to but not 1.</param>
public sealed class GaussianDropout(double rate) : Layer
{
    public double Rate { get; } = Setting.Require(rate, rate is >= 0 and < 1, "0 to 1, without 1");
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) =>
        context.Training && Rate > 0 ? input * context.NextKey().Normal(input.Shape, 1, Math.Sqrt(Rate / (1 - Rate)), input.DType) : input;
}
