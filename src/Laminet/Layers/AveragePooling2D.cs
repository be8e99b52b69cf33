using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of each window; padding does not count. Input (batch, height, width, channels); no parameters.</summary>
/// <param name="poolSize">The window; 2 x 2 by default.</param>
/// <param name="strides">Steps; the window's size by default.</param>
/// <param name="padding">The border; none by default.</param>
public sealed class AveragePooling2D(Size2D? poolSize = null, Size2D? strides = null, Padding padding = default) : Pooling2D(poolSize, strides, padding)
{
    internal static AveragePooling2D FromConfig(JsonObject config) =>
        new(ConfigValues.ReadSize(config, "pool_size"), ConfigValues.ReadSize(config, "strides"), ConfigValues.ReadPadding(config, "padding"));

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input.AveragePool(PoolSize.Pair, Strides.Pair, Padding);
}
