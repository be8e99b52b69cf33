using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The largest precision, TP / (TP + FP), at a threshold whose recall, TP / (TP + FN), is at least the given one; 0 if there is none. Keras: <c>PrecisionAtRecall</c>.
/// </summary>
/// <param name="recall">The recall that must be reached, from 0 to 1.</param>
/// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
/// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class PrecisionAtRecall(double recall, int numThresholds = 200, int? classId = null, string? name = null)
    : ThresholdSearch(name ?? "precision_at_recall", recall, numThresholds, classId)
{
    public double Recall { get; } = recall;

    private protected override (Tensor Constrained, Tensor Best) Rates(Tensor truePositives, Tensor falsePositives, Tensor falseNegatives, Tensor trueNegatives) =>
        (Share(truePositives, falseNegatives), Share(truePositives, falsePositives));
}
