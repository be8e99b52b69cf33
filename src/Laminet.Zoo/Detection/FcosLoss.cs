using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Zoo.Detection;

/// <summary>
/// The loss of <see cref="Models.Fcos"/>, for each cell: the focal loss of the classes (alpha 0.25, gamma 2), and for cells in the middle of an object the generalised IoU loss of the sides, times how central the cell is, and
/// the cross-entropy of that centrality, sqrt(min(l, r) / max(l, r) min(t, b) / max(t, b)).
/// </summary>
/// <remarks>
/// The mean is over all cells. The paper divides by the number of cells with an object, so rates for SGD must be larger here. Targets (batch, rows, columns, 5) as <see cref="FcosBoxes.Targets(Tensor, Tensor, int, int, double)"/> gives them, predictions (batch, rows, columns, classes + 5), losses (batch, rows, columns).
/// </remarks>
/// <param name="classes">The number of classes.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class FcosLoss(int classes, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null) : Loss(reduction, name ?? "fcos")
{
    private readonly BinaryFocalCrossentropy focal = new(applyClassBalancing: true, fromLogits: true, reduction: LossReduction.None);
    private readonly BinaryCrossentropy centrality = new(fromLogits: true, reduction: LossReduction.None);
    private readonly GeneralizedIoU overlap = new(LossReduction.None);

    // A file that names the loss can be loaded once the class was used; see Fcos.
    static FcosLoss() => Registry.Register<FcosLoss>("fcos");

    /// <summary>The number of classes.</summary>
    public int Classes { get; } = Setting.Require(classes, classes >= 1, "1 or more");

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => predictions with { Shape = predictions.Shape.With(-1, 5) };

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The shapes are not those of this loss.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        return yTrue.Rank == 4 && yPred.Rank == 4 && yTrue.Shape[-1] == 5 && yPred.Shape[-1] == Classes + 5 && yTrue.Shape.Take(3).SequenceEqual(yPred.Shape.Take(3))
            ? yTrue.Cast(yPred.DType)
            : throw new ShapeException(
                $"{nameof(FcosLoss)}: received targets of shape {yTrue.Shape} and predictions of shape {yPred.Shape}; expected (batch, rows, columns, 5) and (batch, rows, columns, {Classes + 5}). FcosBoxes.Targets makes the targets.");
    }

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor number = yTrue.Slice(0, 1, axis: -1), isObject = number.GreaterEqual(0).Cast(yPred.DType).Squeeze(-1);
        Tensor classes = number.Squeeze(-1).Relu().Cast(DType.Int32).CheckedLabels(Classes, nameof(FcosLoss)).OneHot(Classes, yPred.DType) * isObject.ExpandDims(-1);
        Tensor losses = focal.Call(classes, yPred.Slice(0, Classes, axis: -1)) * Classes;
        Tensor sides = yTrue.Slice(1, 5, axis: -1), predicted = yPred.Slice(Classes, Classes + 4, axis: -1).Softplus();
        Tensor central = Centrality(sides);
        losses += isObject * central * overlap.Call(Corners(sides), Corners(predicted));
        return losses + (isObject * centrality.Call(central.ExpandDims(-1), yPred.Slice(Classes + 4, Classes + 5, axis: -1)));
    }

    // Where there is no object the sides are 1, so that nothing is divided by zero.
    private static Tensor Centrality(Tensor sides)
    {
        Tensor first = sides.Slice(0, 2, axis: -1), second = sides.Slice(2, 4, axis: -1), shares = first.Minimum(second) / first.Maximum(second);
        return (shares.Slice(0, 1, axis: -1) * shares.Slice(1, 2, axis: -1)).Squeeze(-1).Sqrt();
    }

    // Left, top, right, bottom seen from the cell.
    private static Tensor Corners(Tensor distances) => Tensor.Concatenate([-distances.Slice(0, 2, axis: -1), distances.Slice(2, 4, axis: -1)], -1);
}
