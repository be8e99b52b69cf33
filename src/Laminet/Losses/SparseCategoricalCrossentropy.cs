using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The categorical cross-entropy for class numbers as labels: -ln p(label).</summary>
/// <remarks>
/// Predictions (..., classes) and labels (...) or (..., 1), Int32, Int64 or UInt8, give losses (...). For logits the loss uses
/// log-softmax, without overflow. If the predictions are a softmax of logits, such as the output of a layer with that activation, the loss is computed from the logits too
/// (<see cref="Tensor.SoftmaxLogits"/>): it has no upper bound then, and its gradient does not vanish however wrong the predictions are. Other
/// probabilities are scaled to sum to 1 and clipped to [1e-7, 1 - 1e-7], as in Keras, which bounds the loss by 16.1.
/// </remarks>
/// <param name="fromLogits">True for predictions before softmax.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
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
