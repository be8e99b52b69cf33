using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean of each feature map: (batch, height, width, channels) to (batch, channels), or (batch, 1, 1, channels). y(c) = mean over i, j of x(i, j, c). (Lin, Chen and Yan,
/// "Network in network", ICLR 2014.) Keras: <c>GlobalAveragePooling2D</c>.
/// </summary>
/// <inheritdoc cref="GlobalPooling"/>
public sealed class GlobalAveragePooling2D([SettingName("keepdims")] bool keepDims = false) : GlobalPooling(2, keepDims)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.Mean(SpatialAxes(input), KeepDims);
}
