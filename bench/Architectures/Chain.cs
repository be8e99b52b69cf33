using Laminet.Layers;

namespace Laminet.Bench.Architectures;

/// <summary>What the architectures are put together from.</summary>
internal static class Chain
{
    /// <summary>The layers one after the other.</summary>
    public static SymbolicTensor Then(this SymbolicTensor input, params ReadOnlySpan<Layer> layers)
    {
        foreach (Layer layer in layers)
            input = layer.Call(input);
        return input;
    }
}
