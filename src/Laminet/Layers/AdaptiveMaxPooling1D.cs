using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest number in each of a fixed number of windows of sequences (batch, length, channels), whatever their size. A mask is dropped, as in Keras.</summary>
/// <inheritdoc cref="AdaptivePooling{TSize}"/>
public sealed class AdaptiveMaxPooling1D(Size1D outputSize) : AdaptivePooling<Size1D>(outputSize)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AdaptiveMaxPool1D(OutputSize.Length);
}
