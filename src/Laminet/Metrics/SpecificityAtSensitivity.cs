using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The largest specificity, TN / (TN + FP), at a threshold whose sensitivity, TP / (TP + FN), is at least the given one; 0 if there is none. Keras:
/// <c>SpecificityAtSensitivity</c>.
/// </summary>
/// <param name="sensitivity">The sensitivity that must be reached, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
/// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class SpecificityAtSensitivity(double sensitivity, int numThresholds = 200, int? classId = null, string? name = null)
    : ThresholdSearch(name ?? "specificity_at_sensitivity", sensitivity, numThresholds, classId)
{
    public double Sensitivity { get; } = sensitivity;

    private protected override (Tensor Constrained, Tensor Best) Rates(Tensor truePositives, Tensor falsePositives, Tensor falseNegatives, Tensor trueNegatives) =>
        (Share(truePositives, falseNegatives), Share(trueNegatives, falsePositives));
}
