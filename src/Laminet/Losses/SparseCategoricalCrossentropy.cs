using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The cross-entropy of one right class: -ln p(label). Labels are class numbers.</summary>
/// <remarks>
/// Predictions (..., classes) and labels (...) or (..., 1), Int32, Int64 or UInt8, give losses (...). From logits by
/// log-softmax, without overflow. Predictions that are a softmax of logits, such as a layer's with that activation, are taken from the logits too
/// (<see cref="Tensor.SoftmaxLogits"/>): the loss has no upper bound then, and its gradient does not vanish however wrong they are. Other
/// probabilities are made to sum to 1 and kept 1e-7 from 0 and 1, as in Keras, which bounds the loss by 16.1.
/// </remarks>
/// <param name="fromLogits">True for predictions before softmax.</param>
/// <param name="reduction">What becomes of the losses of a batch.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class SparseCategoricalCrossentropy(
    bool fromLogits = false, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "sparse_categorical_crossentropy")
{
    public bool FromLogits { get; } = fromLogits;

    internal override TensorSpec TargetsFor(TensorSpec predictions) => new([.. predictions.Shape.SkipLast(1)], DType.Int32);

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
            return logits.SparseCrossEntropy(yTrue);
        // Of the class that counts alone a logarithm is needed.
        Tensor right = yTrue.OneHot(yPred.Shape[-1], DType.Bool);
        Tensor chosen = Tensor.Where(right, yPred, Tensor.Scalar(0, yPred.DType)).Sum(-1);
        return -Probabilities.Clipped(chosen / yPred.Sum(-1)).Log();
    }
}
