using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>x * scale + offset, in the layer's floating-point type: image bytes to [0, 1] with a scale of 1/255.</summary>
/// <param name="scale">The factor.</param>
/// <param name="offset">What is added after.</param>
public sealed class Rescaling(double scale, double offset = 0) : Layer
{
    /// <summary>The factor.</summary>
    public double Scale { get; } = scale;

    /// <summary>What is added after.</summary>
    public double Offset { get; } = offset;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["scale"] = Scale;
        config["offset"] = Offset;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        Tensor scaled = input.Cast(DType) * Scale;
        return Offset == 0 ? scaled : scaled + Offset;
    }
}
