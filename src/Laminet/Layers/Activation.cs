using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Applies an activation function; the shape stays.</summary>
/// <param name="function">The function, by name or value.</param>
public sealed class Activation(ActivationFunction function) : Layer
{
    /// <summary>The function.</summary>
    public ActivationFunction Function { get; } = function ?? ActivationFunction.Linear;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["activation"] = Function.Name;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => Function.Call(input);
}
