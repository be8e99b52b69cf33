using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The categorical cross-entropy in which easy examples count less: -sum(alpha (1 - p)^gamma y ln p) over the classes. Lin et al., "Focal loss for dense object detection",
/// 2018. Keras: <c>CategoricalFocalCrossentropy</c>.
/// </summary>
/// <remarks>
/// Predictions and targets (..., classes) give losses (...). Logits, scaling, clipping and label smoothing are as in <see cref="CategoricalCrossentropy"/>.
/// </remarks>
/// <param name="alpha">The weight of each class, or one for all; 0.25 by default.</param>
/// <param name="gamma">How much less easy examples count; 0 or more.</param>
/// <param name="fromLogits">True for predictions before softmax.</param>
/// <param name="labelSmoothing">The fraction of each target, from 0 to 1, that is spread over all classes.</param>
/// <param name="axis">The axis of the classes.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalFocalCrossentropy(
    Numbers? alpha = null, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, int axis = -1,
    LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "categorical_focal_crossentropy")
{
    public Numbers Alpha { get; } = Setting.Require(alpha ?? 0.25, alpha is null || alpha.Value.All(weight => weight >= 0 && double.IsFinite(weight)), "zero or more, and finite", nameof(alpha));
    public double Gamma { get; } = Setting.Require(gamma, gamma >= 0, "0 or more");
    public bool FromLogits { get; } = fromLogits;
    public double LabelSmoothing { get; } = Setting.Require(labelSmoothing, labelSmoothing is >= 0 and <= 1, "0 to 1");
    public int Axis { get; } = axis;

    internal override int LastAxis => Axis;

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        int classes = Targets.Classes(GetType().Name, yPred);
        if (Alpha.Count != 1 && Alpha.Count != classes)
            throw new ShapeException($"{nameof(CategoricalFocalCrossentropy)}: received {Alpha.Count} weights alpha for predictions of {classes} classes; expected one for all or one a class.");
        Tensor targets = Probabilities.Smoothed(yTrue, LabelSmoothing, 1.0 / classes);
        Tensor probabilities, logarithms;
        if ((FromLogits ? yPred : yPred.SoftmaxLogits) is { } logits)
            (probabilities, logarithms) = (logits.Softmax(), logits.LogSoftmax());
        else
        {
            probabilities = Probabilities.Clipped(yPred / yPred.Sum(-1, keepDims: true));
            logarithms = probabilities.Log();
        }

        // Where a target is 0 the class does not count, even if it is masked out by minus infinity.
        Tensor terms = Tensor.Where(targets.Equal(0), Tensor.Scalar(0, yPred.DType), targets * logarithms);
        return -(Probabilities.Focus(1 - probabilities, Gamma) * Alpha.ToTensor(yPred.DType) * terms).Sum(-1);
    }
}
