using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The binary cross-entropy in which easy examples count less: mean(w (1 - q)^gamma c), where c is the cross-entropy of an element and q = y p + (1 - y)(1 - p) its probability
/// of the right answer. Lin et al., "Focal loss for dense object detection", 2018. Keras: <c>BinaryFocalCrossentropy</c>. torchvision: <c>sigmoid_focal_loss</c>.
/// </summary>
/// <remarks>
/// Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example. The weight w is 1, or with <paramref name="applyClassBalancing"/>
/// y alpha + (1 - y)(1 - alpha). Logits, clipping and label smoothing are as in <see cref="BinaryCrossentropy"/>.
/// </remarks>
/// <param name="applyClassBalancing">Whether the classes are weighted by <paramref name="alpha"/>.</param>
/// <param name="alpha">The weight of class 1, from 0 to 1; that of class 0 is 1 - alpha. Without class balancing it has no effect.</param>
/// <param name="gamma">How much less easy examples count; 0 or more, where 0 gives the plain cross-entropy.</param>
/// <param name="fromLogits">True for predictions before sigmoid.</param>
/// <param name="labelSmoothing">How far each target is moved towards 1/2, from 0 to 1.</param>
/// <param name="axis">The axis of the mean.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class BinaryFocalCrossentropy(
    bool applyClassBalancing = false, double alpha = 0.25, double gamma = 2, bool fromLogits = false, double labelSmoothing = 0, int axis = -1,
    LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "binary_focal_crossentropy")
{
    public bool ApplyClassBalancing { get; } = applyClassBalancing;
    public double Alpha { get; } = Setting.Require(alpha, alpha is >= 0 and <= 1, "0 to 1");
    public double Gamma { get; } = Setting.Require(gamma, gamma >= 0, "0 or more");
    public bool FromLogits { get; } = fromLogits;
    public double LabelSmoothing { get; } = Setting.Require(labelSmoothing, labelSmoothing is >= 0 and <= 1, "0 to 1");
    public int Axis { get; } = axis;

    internal override int LastAxis => Axis;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A target is not in 0 to 1.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => base.Align(yTrue, yPred).CheckedProbabilities(GetType().Name);

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor targets = Probabilities.Smoothed(yTrue, LabelSmoothing, 0.5), losses = BinaryCrossentropy.OfElements(targets, yPred, FromLogits);
        // 1 - q without the difference of nearly equal numbers.
        (Tensor no, Tensor yes) = (FromLogits ? yPred : yPred.SigmoidLogits) is { } logits ? ((-logits).Sigmoid(), logits.Sigmoid()) : (1 - yPred, yPred);
        losses *= Probabilities.Focus((targets * no) + ((1 - targets) * yes), Gamma);
        if (ApplyClassBalancing)
            losses *= (targets * Alpha) + ((1 - targets) * (1 - Alpha));
        return MeanOfLastAxis(losses);
    }
}
