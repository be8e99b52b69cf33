using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean of each window of sequences (batch, length, channels); padding does not count. A mask is dropped, as in Keras. y(i, c) = mean over m of x(i s + m, c) with the step
/// s. Keras: <c>AveragePooling1D</c>; PyTorch: <c>nn.AvgPool1d</c>, there with <c>count_include_pad=False</c>.
/// </summary>
/// <inheritdoc cref="Pooling{TSize}"/>
public sealed class AveragePooling1D(Size1D? poolSize = null, Size1D? strides = null, Padding padding = default) : Pooling<Size1D>(poolSize, strides, padding)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AveragePool1D(PoolSize.Length, Strides.Length, Padding);
}
