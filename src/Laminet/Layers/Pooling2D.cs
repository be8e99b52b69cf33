using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the pooling layers share: a window that moves over images (batch, height, width, channels).</summary>
public abstract class Pooling2D : Layer
{
    private protected Pooling2D(Size2D? poolSize, Size2D? strides, Padding padding)
    {
        PoolSize = Size2D.Positive(poolSize ?? 2, nameof(poolSize));
        Strides = Size2D.Positive(strides ?? PoolSize, nameof(strides));
        Padding = padding;
    }

    /// <summary>Height and width of the window.</summary>
    public Size2D PoolSize { get; }

    /// <summary>Steps along height and width.</summary>
    public Size2D Strides { get; }

    /// <summary>The border.</summary>
    public Padding Padding { get; }

    /// <inheritdoc/>
    public sealed override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["pool_size"] = ConfigValues.FromPair(PoolSize.Pair);
        config["strides"] = ConfigValues.FromPair(Strides.Pair);
        config["padding"] = ConfigValues.FromPadding(Padding);
        return config;
    }
}
