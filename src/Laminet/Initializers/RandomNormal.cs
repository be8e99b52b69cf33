using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>
/// Normally distributed numbers, w = mean + stddev n with n drawn from the standard normal distribution. Keras: <c>RandomNormal</c>; PyTorch: <c>nn.init.normal_</c>.
/// </summary>
/// <param name="mean">The mean.</param>
/// <param name="stddev">The standard deviation.</param>
public sealed class RandomNormal(double mean = 0, double stddev = 0.05) : Initializer
{
    public double Mean { get; } = Setting.Require(mean, double.IsFinite(mean), "a finite number");
    public double Stddev { get; } = Setting.Require(stddev, stddev >= 0 && double.IsFinite(stddev), "zero or more, and finite");

    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => key.Normal(shape, Mean, Stddev, dtype);
}
