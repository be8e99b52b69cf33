using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The mean over classes of TP / (TP + FP + FN), the overlap of predicted and true regions. A class that neither targets nor predictions have is left out of the mean; so are
/// elements whose target or prediction is no class.
/// </summary>
public abstract class IntersectionOverUnion : Metric
{
    private readonly IReadOnlyList<int> counted;
    private readonly int numClasses, axis;
    private readonly int? ignoreClass;
    private readonly bool sparseTargets, sparsePredictions;

    // The weight of each target (row) with each prediction (column).
    private readonly Variable confusion;

    private protected IntersectionOverUnion(string name, int numClasses, IReadOnlyList<int>? targetClassIds, int? ignoreClass, bool sparseTargets, bool sparsePredictions, int axis)
        : base(name)
    {
        this.numClasses = Setting.Require(numClasses, numClasses >= 1, "1 or more", nameof(numClasses));
        counted = targetClassIds ?? [.. Enumerable.Range(0, numClasses)];
        if (counted.Count == 0 || counted.Any(id => (uint)id >= (uint)numClasses))
            throw new ArgumentOutOfRangeException(nameof(targetClassIds), $"Received targetClassIds = [{string.Join(", ", counted)}]; expected one or more of the {numClasses} classes, 0 to {numClasses - 1}.");
        (this.ignoreClass, this.sparseTargets, this.sparsePredictions, this.axis) = (ignoreClass, sparseTargets, sparsePredictions, axis);
        confusion = AddVariable("total_confusion_matrix", [numClasses, numClasses]);
    }

    /// <inheritdoc/>
    public sealed override Tensor Result()
    {
        Tensor counts = confusion.Value, diagonal = (counts * Tensor.Identity(numClasses, DType.Float64)).Sum(-1);
        Tensor chosen = Tensor.From([.. counted]), right = diagonal.Gather(chosen), union = (counts.Sum(0) + counts.Sum(1) - diagonal).Gather(chosen);
        return Ratio(Ratio(right, union).Sum(), union.Greater(0).Cast(DType.Float64).Sum());
    }

    /// <summary>The predictions as they are compared; by default as they are.</summary>
    private protected virtual Tensor Classified(Tensor yPred) => yPred;

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Tensor targets = Ids(yTrue, sparseTargets), predictions = Ids(Classified(yPred), sparsePredictions);
        targets = targets.Rank == predictions.Rank + 1 && targets.Shape[-1] == 1 ? targets.Squeeze(-1) : targets;
        predictions = predictions.Rank == targets.Rank + 1 && predictions.Shape[-1] == 1 ? predictions.Squeeze(-1) : predictions;
        Targets.RequireSameShape(GetType().Name, targets, predictions);
        Tensor counts = IsClass(targets).And(IsClass(predictions));
        if (ignoreClass is { } ignored)
            counts = counts.And(targets.NotEqual(ignored));
        Tensor weights = SampleWeights.For(GetType().Name, sampleWeight, targets.Shape) ?? Tensor.Scalar(1.0), zero = Tensor.Scalar(0);
        Tensor places = (Tensor.Where(counts, targets, zero) * numClasses) + Tensor.Where(counts, predictions, zero);
        Tensor weighted = Tensor.Where(counts, weights, Tensor.Scalar(0.0)).BroadcastTo(places.Shape);
        Add(confusion, weighted.Reshape([places.Length]).ScatterAdd(places.Reshape([places.Length]), numClasses * numClasses).Reshape(confusion.Shape));
    }

    private Tensor IsClass(Tensor ids) => ids.GreaterEqual(0).And(ids.Less(numClasses));

    private Tensor Ids(Tensor classes, bool sparse) => sparse ? classes.Cast(DType.Int32) : (classes.DType == DType.Bool ? classes.Cast(DType.UInt8) : classes).ArgMax(axis);
}
