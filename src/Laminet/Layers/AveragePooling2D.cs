using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of each window; padding does not count.</summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class AveragePooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = default) : Pooling<Size2D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AveragePool(PoolSize.Pair, Strides.Pair, Padding);
}
