using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean in each of a fixed number of windows of images (batch, height, width, channels), whatever their size. Along an axis of length l, window i of n has the cells
/// floor(i l / n) &lt;= j &lt; ceil((i + 1) l / n). Keras: <c>AdaptiveAveragePooling2D</c>; PyTorch: <c>nn.AdaptiveAvgPool2d</c>.
/// </summary>
/// <inheritdoc cref="AdaptivePooling{TSize}"/>
public sealed class AdaptiveAveragePooling2D(Size2D outputSize) : AdaptivePooling<Size2D>(outputSize)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AdaptiveAveragePool(OutputSize.Pair);
}
