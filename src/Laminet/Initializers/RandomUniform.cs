using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>Uniform numbers in [minval, maxval).</summary>
/// <param name="minval">The lower bound, included.</param>
/// <param name="maxval">The upper bound, excluded.</param>
public sealed class RandomUniform(double minval = -0.05, double maxval = 0.05) : Initializer
{
    public double Minval { get; } = minval;
    public double Maxval { get; } = maxval;

    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => key.Uniform(shape, Minval, Maxval, dtype);
}
