using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest number in each window of volumes (batch, depth, height, width, channels).</summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class MaxPooling3D(Size3D? poolSize = null, Size3D? strides = null, Padding padding = default) : Pooling<Size3D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool3D(PoolSize.Triple, Strides.Triple, Padding);
}
