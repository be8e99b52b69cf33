using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>l2 sum(w²), without a half: keeps weights small.</summary>
/// <param name="l2">The factor.</param>
public sealed class L2(double l2 = 0.01) : Regularizer
{
    private readonly double l2 = Factor(l2, nameof(l2));

    /// <inheritdoc/>
    public override Tensor Call(Tensor x) => l2 * x.Square().Sum();

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["l2"] = l2 };
}
