using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>1 everywhere, w = 1. Keras: <c>Ones</c>; PyTorch: <c>nn.init.ones_</c>.</summary>
public sealed class Ones : Initializer
{
    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => Tensor.Ones(shape, dtype);
}
