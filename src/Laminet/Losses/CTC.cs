using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Connectionist temporal classification: minus the logarithm of the probability that a sequence of logits reads as the labels, over all ways to spread them over the time
/// steps: -ln(sum over the ways s of p(1, s(1)) p(2, s(2)) ...) with the probabilities p of step and class. Graves et al., "Connectionist temporal classification: labelling
/// unsegmented sequence data with recurrent neural networks", 2006. Keras: <c>CTC</c>; PyTorch: <c>nn.CTCLoss</c>.
/// </summary>
/// <remarks>
/// Predictions (batch, steps, classes) are logits, before softmax. Class 0 is the blank. Targets (batch, longest), Int32, Int64 or UInt8, are labels from 1 on, followed by zeros.
/// The losses are (batch,). A mask of the predictions (batch, steps), such as that of padded recordings, shortens them. A target that has too few steps to be read
/// (fewer than labels, or than labels and the blanks between equal neighbours) has the loss infinity and the gradient 0. The mean is over the batch; PyTorch's "mean" also divides by
/// the length of each target. <see cref="CtcDecoding"/> turns predictions into labels.
/// </remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CTC(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "ctc")
{
    internal override bool TakesMask => true;

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => Targets.LabelsFor(predictions);

    // A masked step is certainly blank, which reads as nothing.
    internal override Tensor Masked(Tensor yPred, Tensor mask)
    {
        if (yPred.Rank != 3 || mask.Shape != yPred.Shape[..2])
            throw new ShapeException($"{nameof(CTC)}: received a mask of shape {mask.Shape} for predictions of shape {yPred.Shape}; expected one truth value a step, (batch, steps).");
        Tensor isBlank = Tensor.Range(0, yPred.Shape[-1]).Equal(0);
        Tensor blank = Tensor.Where(isBlank, Tensor.Scalar(0, yPred.DType), Tensor.Scalar(double.NegativeInfinity, yPred.DType));
        return Tensor.Where(mask.ExpandDims(-1), yPred, blank);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A label names no class, or a zero lies before a label.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred)
    {
        if (yTrue.DType is not (DType.Int32 or DType.Int64 or DType.UInt8))
            throw new DTypeException($"{nameof(CTC)}: received labels of {yTrue.Spec}; expected class numbers as Int32, Int64 or UInt8. Cast them.");
        return yPred.Rank == 3 && yTrue.Rank == 2 && yTrue.Shape[0] == yPred.Shape[0]
            ? yTrue.Cast(DType.Int32)
            : throw new ShapeException($"{nameof(CTC)}: received labels of shape {yTrue.Shape} for predictions of shape {yPred.Shape}; "
                + "expected labels (batch, longest) and logits (batch, steps, classes).");
    }

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => yPred.CtcLoss(yTrue);
}
