using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of each feature map: (batch, height, width, channels) to (batch, channels), or (batch, 1, 1, channels).</summary>
/// <param name="keepAxes">Whether height and width stay, with length 1.</param>
public sealed class GlobalAveragePooling2D(bool keepAxes = false) : Layer
{
    /// <summary>Whether height and width stay, with length 1.</summary>
    public bool KeepAxes { get; } = keepAxes;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["keepdims"] = KeepAxes;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank == 4
            ? input.Mean([1, 2], KeepAxes)
            : throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, height, width, channels).");
    }
}
