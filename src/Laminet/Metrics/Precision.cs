using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The fraction of positive predictions that are correct: TP / (TP + FP); 0 if there are none.</summary>
/// <param name="thresholds">Predictions above this threshold are positive.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Precision(double thresholds = ThresholdMetric.DefaultThreshold, string? name = null)
    : ThresholdMetric(name ?? "precision", thresholds)
{
    /// <inheritdoc/>
    public override Tensor Result() => Ratio(TruePositives, TruePositives + FalsePositives);
}
