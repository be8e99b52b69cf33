using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number in each window of volumes (batch, depth, height, width, channels). y(h, i, j, c) = max over l, m, n of x(h s + l, i s + m, j s + n, c) with the step s.
/// Keras: <c>MaxPooling3D</c>; PyTorch: <c>nn.MaxPool3d</c>.
/// </summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class MaxPooling3D(Size3D? poolSize = null, Size3D? strides = null, Padding padding = default) : Pooling<Size3D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool3D(PoolSize.Triple, Strides.Triple, Padding);
}
