using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of yes predictions that are right: TP / (TP + FP); 0 where there are none.</summary>
/// <param name="thresholds">Predictions above it say yes.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Precision(double thresholds = ThresholdMetric.DefaultThreshold, string? name = null)
    : ThresholdMetric(name ?? "precision", thresholds)
{
    /// <inheritdoc/>
    public override Tensor Result() => Ratio(TruePositives, TruePositives + FalsePositives);
}
