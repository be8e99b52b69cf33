using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number of each feature volume: (batch, depth, height, width, channels) to (batch, channels), or (batch, 1, 1, 1, channels). y(c) = max over h, i, j of x(h, i,
/// j, c). Keras: <c>GlobalMaxPooling3D</c>.
/// </summary>
/// <inheritdoc cref="GlobalPooling"/>
public sealed class GlobalMaxPooling3D([SettingName("keepdims")] bool keepDims = false) : GlobalPooling(3, keepDims)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.Max(SpatialAxes(input), KeepDims);
}
