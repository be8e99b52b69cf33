using System.Runtime.CompilerServices;
using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The best of one rate over evenly spaced thresholds at which another rate is at least a given number; 0 if there is none. Predictions are from 0 to 1, and each element is one.
/// </summary>
public abstract class ThresholdSearch : Metric
{
    // The weight of yes targets, and of no targets, by how many thresholds their predictions are above.
    private readonly Variable buckets;
    private readonly double least;

    /// <summary>Creates the metric.</summary>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="least">What the other rate must reach.</param>
    /// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
    /// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
    /// <param name="leastName">What the user calls <paramref name="least"/>.</param>
    private protected ThresholdSearch(string name, double least, int numThresholds, int? classId, [CallerArgumentExpression(nameof(least))] string leastName = "") : base(name)
    {
        this.least = Setting.Require(least, least is >= 0 and <= 1, "0 to 1", leastName);
        NumThresholds = Setting.Require(numThresholds, numThresholds >= 2, "2 or more");
        ClassId = Setting.Require(classId, classId is null or >= 0, "0 or more");
        buckets = AddVariable("buckets", [2, numThresholds]);
    }

    public int NumThresholds { get; }
    public int? ClassId { get; }

    /// <inheritdoc/>
    public sealed override Tensor Result()
    {
        Tensor weights = buckets.Value, above = ThresholdBuckets.Above(weights), below = weights.Sum(-1, keepDims: true) - above;
        (Tensor constrained, Tensor best) = Rates(above.At(0), above.At(1), below.At(0), below.At(1));
        return Tensor.Where(constrained.GreaterEqual(least), best, Tensor.Scalar(0.0)).Max();
    }

    /// <summary>The rate that must be large enough and the rate that is reported, for each threshold.</summary>
    private protected abstract (Tensor Constrained, Tensor Best) Rates(Tensor truePositives, Tensor falsePositives, Tensor falseNegatives, Tensor trueNegatives);

    /// <summary>a / (a + b); 0 where both are 0.</summary>
    private protected static Tensor Share(Tensor a, Tensor b) => Ratio(a, a + b);

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        string who = GetType().Name;
        Tensor actual = Decisions.OfClass(who, Targets.SameShape(who, yTrue, yPred).NotEqual(0), ClassId), scores = Decisions.OfClass(who, yPred.Cast(DType.Float64), ClassId);
        Tensor weights = (SampleWeights.For(who, sampleWeight, scores.Shape) ?? Tensor.Scalar(1.0)).BroadcastTo(scores.Shape);
        // The thresholds are 0, 1/(n-1), ..., 1.
        Tensor exceeded = (scores * (NumThresholds - 1)).Ceiling().Clip(0, NumThresholds - 1).Cast(DType.Int32);
        Tensor places = Tensor.Where(actual, Tensor.Scalar(0), Tensor.Scalar(NumThresholds)) + exceeded;
        Add(buckets, weights.Reshape([scores.Length]).ScatterAdd(places.Reshape([scores.Length]), 2 * NumThresholds).Reshape(buckets.Shape));
    }
}
