using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>An example's numbers in another shape, the batch left alone. One length may be -1.</summary>
public sealed class Reshape : Layer
{
    private readonly int[] targetShape;

    /// <summary>Creates the layer.</summary>
    /// <param name="targetShape">The shape of one example, without the batch; one length may be -1.</param>
    public Reshape(params ReadOnlySpan<int> targetShape) => this.targetShape = targetShape.ToArray();

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["target_shape"] = new JsonArray([.. targetShape.Select(length => (JsonNode)length)]);
        return config;
    }

    internal static Reshape FromConfig(JsonObject config) => new([.. config["target_shape"]!.AsArray().Select(length => length!.GetValue<int>())]);

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Reshape([input.Shape[0], .. targetShape]);
    }
}
