using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Regularizers;

/// <summary>l1 sum(|w|) + l2 sum(w²), the elastic net. As in Keras both factors are 0 unless given.</summary>
/// <param name="l1">The factor of the absolute values.</param>
/// <param name="l2">The factor of the squares.</param>
public sealed class L1L2(double l1 = 0, double l2 = 0) : Regularizer
{
    private readonly double l1 = Factor(l1, nameof(l1));
    private readonly double l2 = Factor(l2, nameof(l2));

    /// <inheritdoc/>
    public override Tensor Call(Tensor x) => (l1 * x.Abs().Sum()) + (l2 * x.Square().Sum());

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["l1"] = l1, ["l2"] = l2 };
}
