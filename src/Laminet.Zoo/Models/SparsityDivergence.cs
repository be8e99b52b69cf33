using Laminet.Configuration;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// A penalty that makes sigmoid units rarely active: factor Σ over units of ρ ln(ρ / r) + (1 - ρ) ln((1 - ρ) / (1 - r)), the divergence of each unit's mean activation r over the batch from a target ρ. As a layer's
/// <c>ActivityRegularizer</c>. Ng: Sparse autoencoder, CS294A lecture notes, 2011; Lee, Ekanadham, Ng, 2007. Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
/// <param name="target">ρ, above 0 and below 1.</param>
/// <param name="factor">The factor; zero or more.</param>
public sealed class SparsityDivergence(double target = 0.05, double factor = 1) : Regularizer
{
    // Of means: Float32 has no number between 1 - 6e-8 and 1.
    private const double Least = 1e-6;

    static SparsityDivergence() => Registry.Register<SparsityDivergence>();

    /// <summary>ρ, the wanted mean activation.</summary>
    public double Target { get; } = Setting.Require(target, target is > 0 and < 1, "above 0 and below 1");

    /// <summary>The factor.</summary>
    public double Factor { get; } = Setting.Require(factor, factor >= 0 && double.IsFinite(factor), "zero or more, and finite");

    /// <inheritdoc/>
    /// <param name="x">The activations, (batch, ..., units), 0 to 1.</param>
    public override Tensor Call(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank < 2)
            throw new ShapeException($"{nameof(SparsityDivergence)}: received activations of shape {x.Shape}; expected (batch, ..., units).");
        Tensor means = x.Reshape([-1, x.Shape[^1]]).Mean(0).Clip(Least, 1 - Least);
        return Factor * ((Target * (Math.Log(Target) - means.Log())) + ((1 - Target) * (Math.Log(1 - Target) - (1 - means).Log()))).Sum();
    }
}
