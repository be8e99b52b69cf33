using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest number in each of a fixed number of windows of images (batch, height, width, channels), whatever their size.</summary>
/// <inheritdoc cref="AdaptivePooling{TSize}"/>
public sealed class AdaptiveMaxPooling2D(Size2D outputSize) : AdaptivePooling<Size2D>(outputSize)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AdaptiveMaxPool(OutputSize.Pair);
}
