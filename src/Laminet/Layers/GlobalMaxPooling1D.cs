using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number over time: (batch, length, channels) to (batch, channels), or (batch, 1, channels). As in Keras, a mask is dropped: the steps of padding count too. y(c)
/// = max over t of x(t, c). Keras: <c>GlobalMaxPooling1D</c>.
/// </summary>
/// <inheritdoc cref="GlobalPooling"/>
public sealed class GlobalMaxPooling1D([SettingName("keepdims")] bool keepDims = false) : GlobalPooling(1, keepDims)
{
    protected override Tensor Forward(Tensor input, CallContext context) => input.Max(SpatialAxes(input), KeepDims);
}
