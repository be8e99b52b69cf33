using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// One minus the generalised intersection over union of boxes: 1 - IoU + (enclosing - union) / enclosing, with the area of the smallest box around both; 0 to 2. Unlike 1 - IoU
/// it has a gradient where boxes are apart. (Rezatofighi et al., "Generalized intersection over union", CVPR 2019.) torchvision: <c>generalized_box_iou_loss</c>.
/// </summary>
/// <remarks>Targets and predictions (..., 4) are left, top, right, bottom, and give losses (...). A sum of 1e-7 keeps boxes without area finite.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class GeneralizedIoU(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null) : Loss(reduction, name ?? "generalized_iou")
{
    /// <inheritdoc/>
    /// <exception cref="ShapeException">The last axis is not of four numbers, or the shapes differ.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        return yPred.Rank > 1 && yPred.Shape[-1] == 4
            ? base.Align(yTrue, yPred)
            : throw new ShapeException($"{nameof(GeneralizedIoU)}: received predictions of shape {yPred.Shape}; expected (batch, ..., 4): left, top, right and bottom of a box.");
    }

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        ((Tensor left, Tensor top, Tensor right, Tensor bottom), (Tensor otherLeft, Tensor otherTop, Tensor otherRight, Tensor otherBottom)) = (Sides(yTrue), Sides(yPred));
        Tensor shared = (right.Minimum(otherRight) - left.Maximum(otherLeft)).Relu() * (bottom.Minimum(otherBottom) - top.Maximum(otherTop)).Relu();
        Tensor union = ((right - left) * (bottom - top)) + ((otherRight - otherLeft) * (otherBottom - otherTop)) - shared;
        Tensor enclosing = (right.Maximum(otherRight) - left.Minimum(otherLeft)) * (bottom.Maximum(otherBottom) - top.Minimum(otherTop));
        return 1 - (shared / (union + Probabilities.Epsilon)) + ((enclosing - union) / (enclosing + Probabilities.Epsilon));

        static (Tensor, Tensor, Tensor, Tensor) Sides(Tensor boxes) => (Side(boxes, 0), Side(boxes, 1), Side(boxes, 2), Side(boxes, 3));

        static Tensor Side(Tensor boxes, int side) => boxes.Slice(side, side + 1, axis: -1).Squeeze(-1);
    }
}
