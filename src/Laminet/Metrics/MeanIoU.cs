using Laminet.Configuration;

namespace Laminet.Metrics;

/// <summary>The overlap of predicted and true regions: the mean of TP / (TP + FP + FN) over all classes. Keras: <c>MeanIoU</c>; scikit-learn: <c>jaccard_score</c>.</summary>
/// <remarks>A class that neither targets nor predictions have is left out of the mean, and so are elements whose target or prediction is no class.</remarks>
/// <param name="numClasses">How many classes.</param>
/// <param name="name">The name shown in logs.</param>
/// <param name="ignoreClass">A target that leaves its element out, such as 255 for unlabelled pixels; null for none.</param>
/// <param name="sparseYTrue">True for targets that are class numbers, false for one-hot targets.</param>
/// <param name="sparseYPred">True for predictions that are class numbers, false for scores of each class.</param>
/// <param name="axis">The axis of the classes where targets or predictions have one.</param>
public sealed class MeanIoU(
    int numClasses, string? name = null, int? ignoreClass = null, [SettingName("sparse_y_true")] bool sparseYTrue = true, [SettingName("sparse_y_pred")] bool sparseYPred = true, int axis = -1)
    : IntersectionOverUnion(name ?? "mean_iou", numClasses, null, ignoreClass, sparseYTrue, sparseYPred, axis)
{
    public int NumClasses { get; } = numClasses;
    public int? IgnoreClass { get; } = ignoreClass;
    public bool SparseYTrue { get; } = sparseYTrue;
    public bool SparseYPred { get; } = sparseYPred;
    public int Axis { get; } = axis;
}
