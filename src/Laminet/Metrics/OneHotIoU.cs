using Laminet.Configuration;

namespace Laminet.Metrics;

/// <summary>
/// The overlap of predicted and true regions of given classes, for one-hot targets: the mean of TP / (TP + FP + FN). Keras: <c>OneHotIoU</c>; scikit-learn:
/// <c>jaccard_score</c>.
/// </summary>
/// <remarks>A class that neither targets nor predictions have is left out of the mean, and so are elements whose target or prediction is no class.</remarks>
/// <param name="numClasses">How many classes.</param>
/// <param name="targetClassIds">The classes whose overlaps are averaged.</param>
/// <param name="name">The name shown in logs.</param>
/// <param name="ignoreClass">A target that leaves its element out, such as 255 for unlabelled pixels; null for none.</param>
/// <param name="sparseYPred">True for predictions that are class numbers, false for scores of each class.</param>
/// <param name="axis">The axis of the classes where targets or predictions have one.</param>
public sealed class OneHotIoU(
    int numClasses, IReadOnlyList<int> targetClassIds, string? name = null, int? ignoreClass = null, [SettingName("sparse_y_pred")] bool sparseYPred = false, int axis = -1)
    : IntersectionOverUnion(name ?? "one_hot_iou", numClasses, targetClassIds, ignoreClass, sparseTargets: false, sparseYPred, axis)
{
    public int NumClasses { get; } = numClasses;
    public IReadOnlyList<int> TargetClassIds { get; } = targetClassIds;
    public int? IgnoreClass { get; } = ignoreClass;
    public bool SparseYPred { get; } = sparseYPred;
    public int Axis { get; } = axis;
}
