using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, adds normal noise of mean 0 to each number, y = x + stddev n with n drawn from the standard normal distribution; otherwise does nothing. Keras:
/// <c>GaussianNoise</c>.
/// </summary>
/// <param name="stddev">The noise's standard deviation; zero or more.</param>
public sealed class GaussianNoise(double stddev) : Layer
{
    public double Stddev { get; } = Setting.Require(stddev, stddev >= 0, "zero or more");
    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context) =>
        context.Training && Stddev > 0 ? input + context.NextKey().Normal(input.Shape, 0, Stddev, input.DType) : input;
}
