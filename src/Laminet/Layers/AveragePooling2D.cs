using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean of each window; padding does not count. y(i, j, c) = mean over m, n of x(i s + m, j s + n, c) with the step s. Keras: <c>AveragePooling2D</c>; PyTorch:
/// <c>nn.AvgPool2d</c>, there with <c>count_include_pad=False</c>.
/// </summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class AveragePooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = default) : Pooling<Size2D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AveragePool(PoolSize.Pair, Strides.Pair, Padding);
}
