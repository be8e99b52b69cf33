using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean in each of a fixed number of windows of volumes (batch, depth, height, width, channels), whatever their size. Along an axis of length l, window i of n has the
/// cells floor(i l / n) &lt;= j &lt; ceil((i + 1) l / n). Keras: <c>AdaptiveAveragePooling3D</c>; PyTorch: <c>nn.AdaptiveAvgPool3d</c>.
/// </summary>
/// <inheritdoc cref="AdaptivePooling{TSize}"/>
public sealed class AdaptiveAveragePooling3D(Size3D outputSize) : AdaptivePooling<Size3D>(outputSize)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.AdaptiveAveragePool3D(OutputSize.Triple);
}
