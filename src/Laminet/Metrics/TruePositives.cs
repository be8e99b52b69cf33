using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The number, or the total weight, of positive predictions of positive targets. sum(w) over the elements with y ≠ 0 and p &gt; threshold. Keras: <c>TruePositives</c>.
/// </summary>
/// <param name="thresholds">Predictions above it are positive: one number, 0.5 by default, or several; then the result has a number for each, which a training cannot report.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class TruePositives(Numbers? thresholds = null, string? name = null) : ConfusionCount(name ?? "true_positives", thresholds)
{
    private protected override Tensor Of(Decisions decisions) => decisions.TruePositives;
}
