using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>0 everywhere, w = 0. Keras: <c>Zeros</c>; PyTorch: <c>nn.init.zeros_</c>.</summary>
public sealed class Zeros : Initializer
{
    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => Tensor.Zeros(shape, dtype);
}
