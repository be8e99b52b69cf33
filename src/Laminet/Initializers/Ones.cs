using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>1 everywhere.</summary>
public sealed class Ones : Initializer
{
    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => Tensor.Ones(shape, dtype);
}
