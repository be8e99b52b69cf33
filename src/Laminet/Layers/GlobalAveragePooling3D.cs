using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean of each feature volume: (batch, depth, height, width, channels) to (batch, channels), or (batch, 1, 1, 1, channels). y(c) = mean over h, i, j of x(h, i, j, c).
/// Keras: <c>GlobalAveragePooling3D</c>.
/// </summary>
/// <inheritdoc cref="GlobalPooling"/>
public sealed class GlobalAveragePooling3D([SettingName("keepdims")] bool keepDims = false) : GlobalPooling(3, keepDims)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.Mean(SpatialAxes(input), KeepDims);
}
