using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The largest recall, TP / (TP + FN), at a threshold whose precision, TP / (TP + FP), is at least the given one; 0 if there is none. Precision does not rise steadily with the
/// threshold, so all thresholds are looked at. Keras: <c>RecallAtPrecision</c>.
/// </summary>
/// <param name="precision">The precision that must be reached, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
/// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class RecallAtPrecision(double precision, int numThresholds = 200, int? classId = null, string? name = null)
    : ThresholdSearch(name ?? "recall_at_precision", precision, numThresholds, classId)
{
    public double Precision { get; } = precision;

    private protected override (Tensor Constrained, Tensor Best) Rates(Tensor truePositives, Tensor falsePositives, Tensor falseNegatives, Tensor trueNegatives) =>
        (Share(truePositives, falsePositives), Share(truePositives, falseNegatives));
}
