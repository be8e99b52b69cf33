using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>
/// Uniform numbers in [minval, maxval), w = minval + (maxval - minval) u with u drawn from [0, 1). Keras: <c>RandomUniform</c>; PyTorch: <c>nn.init.uniform_</c>.
/// </summary>
/// <param name="minval">The lower bound, included.</param>
/// <param name="maxval">The upper bound, excluded.</param>
public sealed class RandomUniform(double minval = -0.05, double maxval = 0.05) : Initializer
{
    public double Minval { get; } = Setting.Require(minval, double.IsFinite(minval), "a finite number");
    public double Maxval { get; } = Setting.Require(maxval, double.IsFinite(maxval), "a finite number");

    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => key.Uniform(shape, Minval, Maxval, dtype);
}
