using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The categorical cross-entropy: -sum(y ln p) over the classes, for one-hot or soft targets. Keras: <c>CategoricalCrossentropy</c>; PyTorch: <c>nn.CrossEntropyLoss</c>, of
/// logits.
/// </summary>
/// <remarks>
/// Predictions and targets (..., classes) give losses (...). For logits the loss uses log-softmax, without overflow. If the predictions are a softmax of
/// logits, such as the output of a layer with that activation, the loss is computed from the logits too (<see cref="Tensor.SoftmaxLogits"/>): it has no upper bound
/// then, and its gradient does not vanish however wrong the predictions are. Other probabilities are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], as in Keras,
/// which bounds the loss by 16.1. Label smoothing s with n classes replaces y by y (1 - s) + s / n
/// (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016).
/// </remarks>
/// <param name="fromLogits">True for predictions before softmax.</param>
/// <param name="labelSmoothing">The fraction of each target, from 0 to 1, that is spread over all classes.</param>
/// <param name="axis">The axis of the classes.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalCrossentropy(
    bool fromLogits = false, double labelSmoothing = 0, int axis = -1, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "categorical_crossentropy")
{
    public bool FromLogits { get; } = fromLogits;
    public double LabelSmoothing { get; } = Setting.Require(labelSmoothing, labelSmoothing is >= 0 and <= 1, "0 to 1");
    public int Axis { get; } = axis;

    internal override int LastAxis => Axis;

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor targets = Probabilities.Smoothed(yTrue, LabelSmoothing, 1.0 / Targets.Classes(GetType().Name, yPred));
        return (FromLogits ? yPred : yPred.SoftmaxLogits) is { } logits
            ? logits.CrossEntropy(targets)
            : -(targets * Probabilities.Clipped(yPred / yPred.Sum(-1, keepDims: true)).Log()).Sum(-1);
    }
}
