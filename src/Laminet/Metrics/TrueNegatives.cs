using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The number, or the total weight, of negative predictions of negative targets. sum(w) over the elements with y = 0 and p &lt;= threshold. Keras: <c>TrueNegatives</c>.
/// </summary>
/// <param name="thresholds">Predictions above it are positive: one number, 0.5 by default, or several; then the result has a number for each, which a training cannot report.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class TrueNegatives(Numbers? thresholds = null, string? name = null) : ConfusionCount(name ?? "true_negatives", thresholds)
{
    private protected override Tensor Of(Decisions decisions) => decisions.TrueNegatives;
}
