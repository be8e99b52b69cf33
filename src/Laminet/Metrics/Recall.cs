using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The fraction of positive targets that are predicted as positive: TP / (TP + FN); 0 if there are none.</summary>
/// <param name="thresholds">Predictions above this threshold are positive.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Recall(double thresholds = ThresholdMetric.DefaultThreshold, string? name = null)
    : ThresholdMetric(name ?? "recall", thresholds)
{
    /// <inheritdoc/>
    public override Tensor Result() => Ratio(TruePositives, TruePositives + FalseNegatives);
}
