using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>0 everywhere.</summary>
public sealed class Zeros : Initializer
{
    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => Tensor.Zeros(shape, dtype);
}
