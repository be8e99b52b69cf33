using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The overlap of predicted and true regions of two classes: the mean of TP / (TP + FP + FN). A prediction of at least the threshold is class 1. Keras: <c>BinaryIoU</c>;
/// scikit-learn: <c>jaccard_score</c>.
/// </summary>
/// <param name="targetClassIds">The classes whose overlaps are averaged, 0 and 1 by default; [1] for the foreground alone.</param>
/// <param name="threshold">Predictions from it on are class 1.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class BinaryIoU(IReadOnlyList<int>? targetClassIds = null, double threshold = 0.5, string? name = null)
    : IntersectionOverUnion(name ?? "binary_iou", numClasses: 2, targetClassIds, ignoreClass: null, sparseTargets: true, sparsePredictions: true, axis: -1)
{
    public IReadOnlyList<int> TargetClassIds { get; } = targetClassIds ?? [0, 1];
    public double Threshold { get; } = Setting.Require(threshold, !double.IsNaN(threshold), "a number");

    private protected override Tensor Classified(Tensor yPred) => yPred.Cast(DType.Float64).GreaterEqual(Threshold);
}
