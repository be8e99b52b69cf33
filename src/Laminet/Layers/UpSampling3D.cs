using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Repeats each cell: (batch, depth, height, width, channels) to (batch, depth * size, height * size, width * size, channels). y(h, i, j) = x(floor(h / size), floor(i / size),
/// floor(j / size)). Keras: <c>UpSampling3D</c>; PyTorch: <c>nn.Upsample</c>.
/// </summary>
/// <param name="size">How often along each axis; 2 by default.</param>
public sealed class UpSampling3D(Size3D? size = null) : Layer
{
    public Size3D Size { get; } = Spatial.Positive(size ?? 2, nameof(size));

    protected override Tensor Forward(Tensor input, CallContext context) => Spatial.Repeat(input, Size.Lengths);
}
