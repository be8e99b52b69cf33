using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>Normally distributed numbers, drawn again until they lie within two deviations of the mean.</summary>
/// <param name="mean">The mean.</param>
/// <param name="stddev">The standard deviation before truncation; after it, 0.88 times that.</param>
public sealed class TruncatedNormal(double mean = 0, double stddev = 0.05) : Initializer
{
    public double Mean { get; } = mean;
    public double Stddev { get; } = stddev;

    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => key.TruncatedNormal(shape, Mean, Stddev, dtype);
}
