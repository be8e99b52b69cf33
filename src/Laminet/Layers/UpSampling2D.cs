using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Enlarges images by whole factors: (batch, height, width, channels) to (batch, height * size, width * size, channels). Repeated, y(i, j) = x(floor(i / size), floor(j /
/// size)). Keras: <c>UpSampling2D</c>; PyTorch: <c>nn.Upsample</c>.
/// </summary>
/// <param name="size">The factors; 2 by default.</param>
/// <param name="interpolation">
/// How new pixels come from old ones: <see cref="Interpolation.Nearest"/> by default, which repeats each pixel; the others as <see cref="Tensor.Resize"/> says.
/// </param>
public sealed class UpSampling2D(Size2D? size = null, Interpolation interpolation = Interpolation.Nearest) : Layer
{
    public Size2D Size { get; } = Spatial.Positive(size ?? 2, nameof(size));
    public Interpolation Interpolation { get; } = interpolation;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (Interpolation == Interpolation.Nearest)
            return Spatial.Repeat(input, Size.Lengths);
        Shape shape = Spatial.Require(input.Shape, 2);
        return input.Resize((shape[1] * Size.Height, shape[2] * Size.Width), Interpolation);
    }
}
