using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The binary cross-entropy: mean(-y ln p - (1 - y) ln(1 - p)) over an axis, the last by default. Keras: <c>BinaryCrossentropy</c>, <c>ops.binary_crossentropy</c>; PyTorch:
/// <c>nn.BCELoss</c>, <c>nn.functional.binary_cross_entropy</c>, with logits <c>nn.BCEWithLogitsLoss</c>.
/// </summary>
/// <remarks>
/// Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example. For logits x the loss is computed as
/// y softplus(-x) + (1 - y) softplus(x), without overflow. If the predictions are a sigmoid of x, such as the output of a layer with that activation, the loss is
/// computed from x too (<see cref="Tensor.SigmoidLogits"/>): it has no upper bound then, and its gradient by x is p - y however wrong p is. Other
/// probabilities are clipped to [1e-7, 1 - 1e-7], as in Keras, which bounds the loss by 16.1. Label smoothing s replaces y by y (1 - s) + s / 2.
/// </remarks>
/// <param name="fromLogits">True for predictions before sigmoid.</param>
/// <param name="labelSmoothing">How far each target is moved towards 1/2, from 0 to 1.</param>
/// <param name="axis">The axis of the mean.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class BinaryCrossentropy(
    bool fromLogits = false, double labelSmoothing = 0, int axis = -1, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "binary_crossentropy")
{
    public bool FromLogits { get; } = fromLogits;
    public double LabelSmoothing { get; } = Setting.Require(labelSmoothing, labelSmoothing is >= 0 and <= 1, "0 to 1");
    public int Axis { get; } = axis;

    internal override int LastAxis => Axis;

    /// <summary>The cross-entropy of each element, of targets that are smoothed already.</summary>
    internal static Tensor OfElements(Tensor targets, Tensor yPred, bool fromLogits)
    {
        if ((fromLogits ? yPred : yPred.SigmoidLogits) is { } logits)
        {
            // Exact also for a large x of the right sign.
            return (targets * (-logits).Softplus()) + ((1 - targets) * logits.Softplus());
        }

        Tensor probabilities = Probabilities.Clipped(yPred);
        return -((targets * probabilities.Log()) + ((1 - targets) * (1 - probabilities).Log()));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A target is not in 0 to 1.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => base.Align(yTrue, yPred).CheckedProbabilities(GetType().Name);

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) =>
        MeanOfLastAxis(OfElements(Probabilities.Smoothed(yTrue, LabelSmoothing, 0.5), yPred, FromLogits));
}
