using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>One number everywhere, w = value. Keras: <c>Constant</c>; PyTorch: <c>nn.init.constant_</c>.</summary>
/// <param name="value">The number.</param>
public sealed class Constant(double value = 0) : Initializer
{
    public double Value { get; } = Setting.Require(value, !double.IsNaN(value), "a number");

    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => Tensor.Full(shape, Value, dtype);
}
