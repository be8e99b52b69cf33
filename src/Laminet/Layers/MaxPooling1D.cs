using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The largest number in each window of sequences (batch, length, channels). A mask is dropped, as in Keras.</summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class MaxPooling1D(Size1D? poolSize = null, Size1D? strides = null, Padding padding = default) : Pooling<Size1D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool1D(PoolSize.Length, Strides.Length, Padding);
}
