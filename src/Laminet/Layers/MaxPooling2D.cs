using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest number in each window: the output hardly changes when the image shifts by one.</summary>
/// <inheritdoc cref="Pooling2D(Size2D?, Size2D?, Padding)"/>
public sealed class MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = default) : Pooling2D(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool(PoolSize.Pair, Strides.Pair, Padding);
}
