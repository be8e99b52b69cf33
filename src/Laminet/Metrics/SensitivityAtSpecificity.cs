using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The largest sensitivity, TP / (TP + FN), at a threshold whose specificity, TN / (TN + FP), is at least the given one; 0 if there is none. Keras:
/// <c>SensitivityAtSpecificity</c>.
/// </summary>
/// <param name="specificity">The specificity that must be reached, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
/// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class SensitivityAtSpecificity(double specificity, int numThresholds = 200, int? classId = null, string? name = null)
    : ThresholdSearch(name ?? "sensitivity_at_specificity", specificity, numThresholds, classId)
{
    public double Specificity { get; } = specificity;

    private protected override (Tensor Constrained, Tensor Best) Rates(Tensor truePositives, Tensor falsePositives, Tensor falseNegatives, Tensor trueNegatives) =>
        (Share(trueNegatives, falsePositives), Share(truePositives, falseNegatives));
}
