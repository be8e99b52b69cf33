using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Repeats each step: (batch, length, channels) to (batch, length * size, channels). A mask is dropped. y(i) = x(floor(i / size)). Keras: <c>UpSampling1D</c>; PyTorch:
/// <c>nn.Upsample</c>.
/// </summary>
/// <param name="size">How often; 2 by default.</param>
public sealed class UpSampling1D(Size1D? size = null) : Layer
{
    public Size1D Size { get; } = Spatial.Positive(size ?? 2, nameof(size));

    protected override Tensor Forward(Tensor input, CallContext context) => Spatial.Repeat(input, Size.Lengths);
}
