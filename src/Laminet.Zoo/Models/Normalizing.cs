using Laminet.Layers;

namespace Laminet.Zoo.Models;

/// <summary>The batch normalisation of a reference.</summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">The share of the old moving average that stays; PyTorch's momentum of 0.1 is 0.9 here.</param>
/// <param name="Scale">Whether gamma is there.</param>
internal sealed record Normalizing(double Epsilon = 1e-5, double Momentum = 0.9, bool Scale = true)
{
    /// <summary>PyTorch's defaults.</summary>
    public static Normalizing Torch { get; } = new();

    /// <summary>The normalisation, then a function.</summary>
    public SymbolicTensor After(SymbolicTensor x, string name, ActivationFunction? activation = null)
    {
        x = x.Then(new BatchNormalization(momentum: Momentum, epsilon: Epsilon, scale: Scale) { Name = name });
        return activation is null ? x : x.Then(new Activation(activation));
    }
}
