using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>l1 sum(|w|): drives weights to 0.</summary>
/// <param name="l1">The factor.</param>
public sealed class L1(double l1 = 0.01) : Regularizer
{
    private readonly double l1 = Factor(l1, nameof(l1));

    /// <inheritdoc/>
    public override Tensor Call(Tensor x) => l1 * x.Abs().Sum();

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["l1"] = l1 };
}
