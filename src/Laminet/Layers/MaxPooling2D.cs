using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The largest number in each window: the output hardly changes when the image shifts by one. Input (batch, height, width,
/// channels); no parameters.
/// </summary>
/// <param name="poolSize">The window; 2 x 2 by default.</param>
/// <param name="strides">Steps; the window's size by default.</param>
/// <param name="padding">The border; none by default.</param>
public sealed class MaxPooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = default) : Pooling2D(poolSize, strides, padding)
{
    internal static MaxPooling2D FromConfig(JsonObject config) =>
        new(ConfigValues.ReadSize(config, "pool_size"), ConfigValues.ReadSize(config, "strides"), ConfigValues.ReadPadding(config, "padding"));

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input.MaxPool(PoolSize.Pair, Strides.Pair, Padding);
}
