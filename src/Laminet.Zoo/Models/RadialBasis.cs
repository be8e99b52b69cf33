using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// Gaussian units, each with a centre c and a width σ that are learned: exp(-|x - c|² / (2σ²)). (examples, features) to (examples, units). Centres should lie among the data: assign them to
/// <see cref="Centers"/>, for instance those of k-means, as <see cref="RadialBasisNetwork.Create"/> does. Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// Broomhead, Lowe: Multivariable functional interpolation and adaptive networks, 1988; Moody, Darken: Fast learning in networks of locally-tuned processing units, 1989.
/// </summary>
/// <param name="units">How many units.</param>
public sealed class RadialBasis(int units) : Layer
{
    private Variable? centers, widths;

    static RadialBasis() => Registry.Register<RadialBasis>();

    /// <summary>How many units.</summary>
    public int Units { get; } = Setting.Require(units, units >= 1, "1 or more", nameof(units));

    /// <summary>The centres, (units, features).</summary>
    /// <exception cref="InvalidOperationException">The layer has not seen an input's shape.</exception>
    public Variable Centers => centers ?? throw NotBuilt();

    /// <summary>The widths σ, (units,).</summary>
    /// <exception cref="InvalidOperationException">The layer has not seen an input's shape.</exception>
    public Variable Widths => widths ?? throw NotBuilt();

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != 2)
            throw new ShapeException($"received an input of shape {input}; expected (examples, features). Put a Flatten before.");
        centers = AddWeight("centers", [Units, input[1]], new RandomUniform(0, 1));
        widths = AddWeight("widths", [Units], new Ones());
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => (input.SquaredDistances(Centers.Value) / (-2 * Widths.Value.Square())).Exp();

    private InvalidOperationException NotBuilt() => new($"This {nameof(RadialBasis)} has no weights yet. Put it into a model with an Input, or call it once.");
}
