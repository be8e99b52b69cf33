using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The area under the ROC or the precision-recall curve of binary predictions in [0, 1]. Each element is one prediction. The curve is evaluated at evenly spaced thresholds, as
/// in Keras, so the area is an approximation. For ROC it is the sum over neighbouring thresholds of (x - x') (y + y') / 2, with x = FP / (FP + TN) and y = TP / (TP + FN). It
/// does not depend on the order of batches. Keras: <c>AUC</c>; scikit-learn: <c>roc_auc_score</c>.
/// </summary>
/// <remarks>
/// The ROC area uses trapezoids; the precision-recall area uses the interpolation of Davis and Goadrich, "The relationship between precision-recall
/// and ROC curves", 2006, in closed form. If only one class has occurred there is no ROC curve, and without a positive target there is no precision-recall
/// curve. The area is NaN then, and Fit and Evaluate warn. (Keras returns 0.)
/// </remarks>
public sealed class AUC : Metric
{
    // The weight of yes targets, and of no targets, by the highest threshold that their predictions are above; for several labels of each.
    private readonly Variable buckets;

    /// <summary>Creates the metric.</summary>
    /// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2. With <paramref name="thresholds"/> it is their number and two more.</param>
    /// <param name="curve">Which curve.</param>
    /// <param name="summationMethod">How the area between two thresholds is computed.</param>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="thresholds">Thresholds between 0 and 1 in place of evenly spaced ones; one below 0 and one above 1 are added. Null for none.</param>
    /// <param name="multiLabel">Whether each column of predictions (batch, labels) has a curve of its own; the result is the mean of their areas.</param>
    /// <param name="numLabels">How many columns; needed with <paramref name="multiLabel"/> and only there.</param>
    /// <param name="labelWeights">A weight for each column: of its area with <paramref name="multiLabel"/>, otherwise of its elements. Null for 1.</param>
    /// <param name="fromLogits">True for predictions before sigmoid.</param>
    public AUC(
        int numThresholds = 200, Curve curve = Curve.ROC, AreaSummation summationMethod = AreaSummation.Interpolation, string? name = null, Numbers? thresholds = null,
        bool multiLabel = false, int? numLabels = null, Numbers? labelWeights = null, bool fromLogits = false)
        : base(name ?? "auc")
    {
        Thresholds = thresholds is { } given ? [.. ConfusionCount.Checked(given)!.Value.Order()] : null;
        NumThresholds = Thresholds is { } inner ? inner.Count + 2 : Setting.Require(numThresholds, numThresholds >= 2, "2 or more");
        (Curve, SummationMethod, MultiLabel, FromLogits) = (curve, summationMethod, multiLabel, fromLogits);
        NumLabels = Setting.Require(numLabels, multiLabel ? numLabels >= 1 : numLabels is null, multiLabel ? "the number of labels, which multiLabel needs" : "null, since it belongs to multiLabel");
        LabelWeights = Setting.Require(labelWeights, labelWeights is not { } weights || (weights.All(weight => weight >= 0) && (numLabels ?? weights.Count) == weights.Count), "one number of 0 or more for each label");
        buckets = AddVariable("buckets", multiLabel ? [2, numLabels!.Value, Buckets] : [2, Buckets]);
    }

    public int NumThresholds { get; }
    public Curve Curve { get; }
    public AreaSummation SummationMethod { get; }
    public Numbers? Thresholds { get; }
    public bool MultiLabel { get; }
    public int? NumLabels { get; }
    public Numbers? LabelWeights { get; }
    public bool FromLogits { get; }

    // Nothing is above the last threshold.
    private int Buckets => NumThresholds - 1;

    /// <inheritdoc/>
    public override Tensor Result()
    {
        Tensor weights = buckets.Value, above = ThresholdBuckets.Above(weights), all = weights.Sum(-1);
        Tensor more = weights.At(0), moreFalse = weights.At(1), truePositives = above.At(0), falsePositives = above.At(1);
        Tensor yes = all.At(0), no = all.At(1), allYes = yes.ExpandDims(-1), allNo = no.ExpandDims(-1);
        Tensor areas;
        if (Curve == Curve.PR && SummationMethod == AreaSummation.Interpolation)
            areas = Ratio(PrecisionIntegral(truePositives, falsePositives, more, moreFalse), allYes);
        else
        {
            // A bucket lies between two thresholds; above the higher one is what the buckets above hold.
            (Tensor right, Tensor low) = Point(truePositives + more, falsePositives + moreFalse, allYes, allNo);
            (Tensor left, Tensor high) = Point(truePositives, falsePositives, allYes, allNo);
            areas = (right - left) * SummationMethod switch
            {
                AreaSummation.Minoring => low.Minimum(high),
                AreaSummation.Majoring => low.Maximum(high),
                _ => (low + high) / 2,
            };
        }

        Tensor hasYes = yes.Greater(0), hasNo = no.Greater(0);
        Tensor undefined = Curve == Curve.PR ? hasNo.And(hasYes.Not()) : hasYes.Xor(hasNo);
        Tensor area = Tensor.Where(undefined, Tensor.Scalar(double.NaN), areas.Sum(-1));
        if (!MultiLabel)
            return area;
        return LabelWeights is { } of ? Ratio((area * of.ToTensor(DType.Float64)).Sum(), Tensor.Scalar(of.Sum())) : area.Mean();
    }

    internal override string WhyNaN() => Curve == Curve.PR
        ? "no target was positive, so there is no precision-recall curve"
        : $"all targets{(MultiLabel ? " of a label" : "")} were of one class, so there is no {(Curve == Curve.ROC ? "ROC" : "precision-recall-gain")} curve";

    /// <inheritdoc/>
    protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor actual = Targets.SameShape(nameof(AUC), yTrue, yPred).NotEqual(0);
        if (MultiLabel && (yPred.Rank != 2 || yPred.Shape[-1] != NumLabels))
            throw new ShapeException($"{nameof(AUC)}: received predictions of shape {yPred.Shape}; expected (batch, {NumLabels}), as numLabels says.");
        Tensor row = Tensor.Where(actual, Tensor.Scalar(0), Tensor.Scalar(Buckets * (NumLabels ?? 1)));
        if (MultiLabel)
            row += Tensor.Range(0, NumLabels!.Value) * Buckets;
        Tensor weights = (SampleWeights.For(nameof(AUC), sampleWeight, yPred.Shape) ?? Tensor.Scalar(1.0)).BroadcastTo(yPred.Shape);
        if (LabelWeights is { } of && !MultiLabel)
        {
            if (of.Count != Targets.Classes(nameof(AUC), yPred))
                throw new ShapeException($"{nameof(AUC)}: received {of.Count} label weights for predictions of shape {yPred.Shape}; expected one for each column.");
            weights *= of.ToTensor(DType.Float64);
        }

        Tensor places = row + BucketsOf((FromLogits ? yPred.Sigmoid() : yPred).Cast(DType.Float64));
        Add(buckets, weights.Reshape([yPred.Length]).ScatterAdd(places.Reshape([yPred.Length]), buckets.Shape.ElementCount).Reshape(buckets.Shape));
    }

    // The evenly spaced thresholds are 0 - epsilon, 1/(n-1), ..., (n-2)/(n-1), 1 + epsilon. NaN is above the lowest only: as an integer it is 0.
    private Tensor BucketsOf(Tensor predictions) => Thresholds is { } inner
        ? predictions.ExpandDims(-1).Greater(Tensor.From([.. inner])).Cast(DType.Int32).Sum(-1)
        : ((predictions * Buckets).Ceiling() - 1).Clip(0, Buckets - 1).Cast(DType.Int32);

    // Where the curve is at a threshold.
    private (Tensor X, Tensor Y) Point(Tensor truePositives, Tensor falsePositives, Tensor yes, Tensor no)
    {
        Tensor recall = Ratio(truePositives, yes);
        if (Curve == Curve.ROC)
            return (Ratio(falsePositives, no), recall);
        if (Curve == Curve.PR)
            return (recall, Ratio(truePositives, truePositives + falsePositives));
        Tensor scale = Ratio(yes, no), isNone = truePositives.Equal(0);
        Tensor recallGain = Tensor.Where(isNone, Tensor.Scalar(0.0), (1 - (scale * Ratio(yes - truePositives, truePositives))).Relu());
        return (recallGain, 1 - (scale * Ratio(falsePositives, truePositives)));
    }

    // Between two thresholds true and all positives grow evenly, so precision is slope + intercept / predicted.
    private static Tensor PrecisionIntegral(Tensor truePositives, Tensor falsePositives, Tensor more, Tensor moreFalse)
    {
        Tensor predicted = truePositives + falsePositives, slope = Ratio(more, more + moreFalse);
        Tensor intercept = truePositives - (slope * predicted);
        Tensor growth = Tensor.Where(predicted.Greater(0), ((predicted + more + moreFalse) / predicted).Log(), Tensor.Scalar(0.0));
        return slope * (more + (intercept * growth));
    }
}
