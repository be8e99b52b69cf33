using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of yes targets that were found: TP / (TP + FN); 0 where there are none.</summary>
/// <param name="thresholds">Predictions above it say yes.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Recall(double thresholds = ThresholdMetric.DefaultThreshold, string? name = null)
    : ThresholdMetric(name ?? "recall", thresholds)
{
    /// <inheritdoc/>
    public override Tensor Result() => Ratio(TruePositives, TruePositives + FalseNegatives);
}
