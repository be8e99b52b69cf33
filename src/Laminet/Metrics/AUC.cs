using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The area under the ROC or the precision-recall curve of binary predictions in [0, 1]. Each element is one prediction. The curve
/// is evaluated at evenly spaced thresholds, as in Keras, so the area is an approximation. It does not depend on the order of batches.
/// </summary>
/// <remarks>
/// The ROC area uses trapezoids; the precision-recall area uses the interpolation of Davis and Goadrich, "The relationship between precision-recall
/// and ROC curves", 2006, in closed form. If only one class has occurred there is no ROC curve, and without a positive target there is no precision-recall
/// curve. The area is NaN then, and Fit and Evaluate warn. (Keras returns 0.)
/// </remarks>
public sealed class AUC : Metric
{
    // The weight of yes targets, and of no targets, by the highest threshold that their predictions are above.
    private readonly Variable buckets;

    /// <summary>Creates the metric.</summary>
    /// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
    /// <param name="curve">Which curve.</param>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="fromLogits">True for predictions before sigmoid.</param>
    public AUC(int numThresholds = 200, Curve curve = Curve.ROC, string? name = null, bool fromLogits = false)
        : base(name ?? "auc")
    {
        NumThresholds = Setting.Require(numThresholds, numThresholds >= 2, "2 or more");
        (Curve, FromLogits) = (curve, fromLogits);
        buckets = AddVariable("buckets", [2, Buckets]);
    }

    public int NumThresholds { get; }
    public Curve Curve { get; }
    public bool FromLogits { get; }

    // Nothing is above the last threshold.
    private int Buckets => NumThresholds - 1;

    /// <inheritdoc/>
    public override Tensor Result()
    {
        Tensor weights = buckets.Value, above = Above(weights), all = weights.Sum(-1);
        Tensor more = weights.At(0), moreFalse = weights.At(1), truePositives = above.At(0), falsePositives = above.At(1);
        Tensor areas = Curve == Curve.ROC
            ? Ratio(moreFalse, all.At(1)) * Ratio(truePositives + (more / 2), all.At(0))
            : Ratio(PrecisionIntegral(truePositives, falsePositives, more, moreFalse), all.At(0));
        Tensor hasYes = all.At(0).Greater(0), hasNo = all.At(1).Greater(0);
        Tensor undefined = Curve == Curve.ROC ? hasYes.Xor(hasNo) : hasNo.And(hasYes.Not());
        return Tensor.Where(undefined, Tensor.Scalar(double.NaN), areas.Sum());
    }

    internal override string WhyNaN() => Curve == Curve.ROC ? "all targets were of one class, so there is no ROC curve" : "no target was positive, so there is no precision-recall curve";

    /// <inheritdoc/>
    protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor actual = Targets.SameShape(nameof(AUC), yTrue, yPred).NotEqual(0);
        Tensor row = Tensor.Where(actual, Tensor.Scalar(0), Tensor.Scalar(Buckets));
        Tensor weights = (SampleWeights.For(nameof(AUC), sampleWeight, yPred.Shape) ?? Tensor.Scalar(1.0)).BroadcastTo(yPred.Shape);
        Tensor places = row + BucketsOf((FromLogits ? yPred.Sigmoid() : yPred).Cast(DType.Float64));
        Add(buckets, weights.Reshape([yPred.Length]).ScatterAdd(places.Reshape([yPred.Length]), 2 * Buckets).Reshape(buckets.Shape));
    }

    // The thresholds are 0 - epsilon, 1/(n-1), ..., (n-2)/(n-1), 1 + epsilon. NaN is above the lowest only: as an integer it is 0.
    private Tensor BucketsOf(Tensor predictions) =>
        ((predictions * Buckets).Ceiling() - 1).Clip(0, Buckets - 1).Cast(DType.Int32);

    // For each bucket what those above it hold, by doubling: log n additions of vectors.
    private static Tensor Above(Tensor weights)
    {
        Tensor above = FromHigher(weights, 1);
        for (int reach = 1; reach < weights.Shape[-1]; reach *= 2)
            above += FromHigher(above, reach);
        return above;
    }

    private static Tensor FromHigher(Tensor weights, int by) => weights.Slice(by, axis: -1).Pad([(0, 0), (0, by)]);

    // Between two thresholds true and all positives grow evenly, so precision is slope + intercept / predicted.
    private static Tensor PrecisionIntegral(Tensor truePositives, Tensor falsePositives, Tensor more, Tensor moreFalse)
    {
        Tensor predicted = truePositives + falsePositives, slope = Ratio(more, more + moreFalse);
        Tensor intercept = truePositives - (slope * predicted);
        Tensor growth = Tensor.Where(predicted.Greater(0), ((predicted + more + moreFalse) / predicted).Log(), Tensor.Scalar(0.0));
        return slope * (more + (intercept * growth));
    }
}
