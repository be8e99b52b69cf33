using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean of each window of volumes (batch, depth, height, width, channels); padding does not count. y(h, i, j, c) = mean over l, m, n of x(h s + l, i s + m, j s + n, c)
/// with the step s. Keras: <c>AveragePooling3D</c>; PyTorch: <c>nn.AvgPool3d</c>, there with <c>count_include_pad=False</c>.
/// </summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class AveragePooling3D(Size3D? poolSize = null, Size3D? strides = null, Padding padding = default) : Pooling<Size3D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AveragePool3D(PoolSize.Triple, Strides.Triple, Padding);
}
