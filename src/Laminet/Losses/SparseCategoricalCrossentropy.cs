using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The categorical cross-entropy for class numbers as labels: -ln p(label). Keras: <c>SparseCategoricalCrossentropy</c>; PyTorch: <c>nn.CrossEntropyLoss</c>, of logits.
/// </summary>
/// <remarks>
/// Predictions (..., classes) and labels (...) or (..., 1), Int32, Int64 or UInt8, give losses (...). For logits the loss uses
/// log-softmax, without overflow. If the predictions are a softmax of logits, such as the output of a layer with that activation, the loss is computed from the logits too
/// (<see cref="Tensor.SoftmaxLogits"/>): it has no upper bound then, and its gradient does not vanish however wrong the predictions are. Other
/// probabilities are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], as in Keras, which bounds the loss by 16.1. A row whose label is
/// <paramref name="ignoreClass"/> has loss and gradient 0 and does not count in the mean. Label smoothing s with n classes gives each class the target s / n, and the label 1 - s more (Szegedy et al.,
/// "Rethinking the Inception architecture for computer vision", 2016; as in <see cref="CategoricalCrossentropy"/>, without a tensor of one-hot targets).
/// </remarks>
/// <param name="fromLogits">True for predictions before softmax.</param>
/// <param name="ignoreClass">A label that leaves its row out, such as 255 for unlabelled pixels or -1; null for none. It need not be a class.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="axis">The axis of the classes.</param>
/// <param name="name">The name shown in logs.</param>
/// <param name="labelSmoothing">The fraction of each target, from 0 to 1, that is spread over all classes.</param>
public sealed class SparseCategoricalCrossentropy(
    bool fromLogits = false, int? ignoreClass = null, LossReduction reduction = LossReduction.SumOverBatchSize, int axis = -1, string? name = null, double labelSmoothing = 0)
    : Loss(reduction, name ?? "sparse_categorical_crossentropy")
{
    public bool FromLogits { get; } = fromLogits;
    public int? IgnoreClass { get; } = ignoreClass;
    public int Axis { get; } = axis;
    public double LabelSmoothing { get; } = Setting.Require(labelSmoothing, labelSmoothing is >= 0 and <= 1, "0 to 1");

    internal override int LastAxis => Axis;

    internal override bool CountsExamplesAlike => IgnoreClass is null;

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => Targets.LabelsFor(predictions);

    internal override Tensor? Counting(Tensor yTrue, Tensor yPred) =>
        IgnoreClass is { } ignored ? Targets.Labels(GetType().Name, yTrue, yPred).NotEqual(ignored) : null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A label names no class.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred)
    {
        return Targets.Labels(GetType().Name, yTrue, yPred).CheckedLabels(yPred.Shape[-1], GetType().Name);
    }

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        if ((FromLogits ? yPred : yPred.SoftmaxLogits) is { } logits)
        {
            Tensor losses = logits.SparseCrossEntropy(yTrue);
            // -(1 - s) ln p(label) - s mean(ln p): the logarithm of softmax's sum is in both.
            return LabelSmoothing == 0 ? losses : losses + (LabelSmoothing * (Probabilities.OfLabels(logits, yTrue) - logits.Mean(-1)));
        }

        // Of the class that counts alone a logarithm is needed.
        Tensor sum = yPred.Sum(-1), ofLabel = Probabilities.Clipped(Probabilities.OfLabels(yPred, yTrue) / sum).Log();
        return LabelSmoothing == 0 ? -ofLabel : -(((1 - LabelSmoothing) * ofLabel) + (LabelSmoothing * Probabilities.Clipped(yPred / sum.ExpandDims(-1)).Log().Mean(-1)));
    }
}
