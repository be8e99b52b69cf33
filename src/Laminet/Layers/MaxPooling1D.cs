using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number in each window of sequences (batch, length, channels). A mask is dropped, as in Keras. y(i, c) = max over m of x(i s + m, c) with the step s. Keras:
/// <c>MaxPooling1D</c>; PyTorch: <c>nn.MaxPool1d</c>.
/// </summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class MaxPooling1D(Size1D? poolSize = null, Size1D? strides = null, Padding padding = default) : Pooling<Size1D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool1D(PoolSize.Length, Strides.Length, Padding);
}
