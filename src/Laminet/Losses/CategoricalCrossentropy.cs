using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The cross-entropy of distributions: -sum(y ln p) over the last axis, for one-hot or soft targets.</summary>
/// <remarks>
/// Predictions and targets (..., classes) give losses (...). From logits by log-softmax, without overflow. Predictions that are a softmax of
/// logits, such as a layer's with that activation, are taken from the logits too (<see cref="Tensor.SoftmaxLogits"/>): the loss has no upper bound
/// then, and its gradient does not vanish however wrong they are. Other probabilities are made to sum to 1 and kept 1e-7 from 0 and 1, as in Keras,
/// which bounds the loss by 16.1. With label smoothing s of n classes y becomes y (1 - s) + s / n
/// (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016).
/// </remarks>
/// <param name="fromLogits">True for predictions before softmax.</param>
/// <param name="labelSmoothing">The share, 0 to 1, of each target that is spread over all classes.</param>
/// <param name="reduction">What becomes of the losses of a batch.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalCrossentropy(
    bool fromLogits = false, double labelSmoothing = 0, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "categorical_crossentropy")
{
    public bool FromLogits { get; } = fromLogits;
    public double LabelSmoothing { get; } = Setting.Require(labelSmoothing, labelSmoothing is >= 0 and <= 1, "0 to 1");

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        if (yPred.Rank == 0)
            throw new ShapeException($"{nameof(CategoricalCrossentropy)}: received predictions of shape (); expected one number per class on the last axis.");
        Tensor targets = Probabilities.Smoothed(yTrue, LabelSmoothing, 1.0 / yPred.Shape[-1]);
        return (FromLogits ? yPred : yPred.SoftmaxLogits) is { } logits
            ? logits.CrossEntropy(targets)
            : -(targets * Probabilities.Clipped(yPred / yPred.Sum(-1, keepDims: true)).Log()).Sum(-1);
    }
}
