using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest number in each of a fixed number of windows of volumes (batch, depth, height, width, channels), whatever their size.</summary>
/// <inheritdoc cref="AdaptivePooling{TSize}"/>
public sealed class AdaptiveMaxPooling3D(Size3D outputSize) : AdaptivePooling<Size3D>(outputSize)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AdaptiveMaxPool3D(OutputSize.Triple);
}
