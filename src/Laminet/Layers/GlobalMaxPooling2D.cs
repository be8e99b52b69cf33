using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number of each feature map: (batch, height, width, channels) to (batch, channels), or (batch, 1, 1, channels). y(c) = max over i, j of x(i, j, c). Keras:
/// <c>GlobalMaxPooling2D</c>.
/// </summary>
/// <inheritdoc cref="GlobalPooling"/>
public sealed class GlobalMaxPooling2D([SettingName("keepdims")] bool keepDims = false) : GlobalPooling(2, keepDims)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.Max(SpatialAxes(input), KeepDims);
}
