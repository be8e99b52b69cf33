using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The fraction of positive predictions that are correct: TP / (TP + FP); 0 if there are none. Keras: <c>Precision</c>; scikit-learn: <c>precision_score</c>.
/// </summary>
/// <param name="thresholds">Predictions above it are positive: one number, 0.5 by default, or several; then the result has a number for each, which a training cannot report. With <paramref name="topK"/> there is none by default.</param>
/// <param name="topK">How many of the largest predictions of a row can be positive; null for all.</param>
/// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Precision(Numbers? thresholds = null, int? topK = null, int? classId = null, string? name = null)
    : ThresholdMetric(name ?? "precision", thresholds, topK, classId)
{
    /// <inheritdoc/>
    public override Tensor Result() => Ratio(TruePositives, TruePositives + FalsePositives);
}
