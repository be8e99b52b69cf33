using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Several inputs one after the other along an axis, the channels by default: how an Inception module joins its branches.</summary>
/// <param name="axis">The axis, the batch counted as 0; the last by default.</param>
public sealed class Concatenate(int axis = -1) : Merge
{
    /// <summary>The axis along which inputs are joined.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = Axis;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(IReadOnlyList<Tensor> inputs, CallContext context) => Tensor.Concatenate(inputs, Axis);
}
