using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of each window of volumes (batch, depth, height, width, channels); padding does not count.</summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class AveragePooling3D(Size3D? poolSize = null, Size3D? strides = null, Padding padding = default) : Pooling<Size3D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AveragePool3D(PoolSize.Triple, Strides.Triple, Padding);
}
