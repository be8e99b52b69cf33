using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number in each window: the output hardly changes when the image shifts by one. y(i, j, c) = max over m, n of x(i s + m, j s + n, c) with the step s. Keras:
/// <c>MaxPooling2D</c>; PyTorch: <c>nn.MaxPool2d</c>.
/// </summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = default) : Pooling<Size2D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool(PoolSize.Pair, Strides.Pair, Padding);
}
