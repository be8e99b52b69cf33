using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The number, or the total weight, of negative predictions of positive targets. sum(w) over the elements with y ≠ 0 and p &lt;= threshold. Keras: <c>FalseNegatives</c>.
/// </summary>
/// <param name="thresholds">Predictions above it are positive: one number, 0.5 by default, or several; then the result has a number for each, which a training cannot report.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class FalseNegatives(Numbers? thresholds = null, string? name = null) : ConfusionCount(name ?? "false_negatives", thresholds)
{
    private protected override Tensor Of(Decisions decisions) => decisions.FalseNegatives;
}
