using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>
/// Normally distributed numbers, w = mean + stddev n with n drawn from the standard normal distribution, again until |n| &lt;= 2. Keras: <c>TruncatedNormal</c>; PyTorch:
/// <c>nn.init.trunc_normal_</c>, whose bounds are numbers and not deviations.
/// </summary>
/// <param name="mean">The mean.</param>
/// <param name="stddev">The standard deviation before truncation; after it, 0.88 times that.</param>
public sealed class TruncatedNormal(double mean = 0, double stddev = 0.05) : Initializer
{
    public double Mean { get; } = Setting.Require(mean, double.IsFinite(mean), "a finite number");
    public double Stddev { get; } = Setting.Require(stddev, stddev >= 0 && double.IsFinite(stddev), "zero or more, and finite");

    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => key.TruncatedNormal(shape, Mean, Stddev, dtype);
}
