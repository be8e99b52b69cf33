using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean in each of a fixed number of windows of sequences (batch, length, channels), whatever their size. A mask is dropped, as in Keras. Along an axis of length l, window
/// i of n has the cells floor(i l / n) &lt;= j &lt; ceil((i + 1) l / n). Keras: <c>AdaptiveAveragePooling1D</c>; PyTorch: <c>nn.AdaptiveAvgPool1d</c>.
/// </summary>
/// <inheritdoc cref="AdaptivePooling{TSize}"/>
public sealed class AdaptiveAveragePooling1D(Size1D outputSize) : AdaptivePooling<Size1D>(outputSize)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AdaptiveAveragePool1D(OutputSize.Length);
}
