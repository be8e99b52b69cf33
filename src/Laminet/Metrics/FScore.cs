using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A weighted harmonic mean of precision and recall, class by class.</summary>
public abstract class FScore : Metric
{
    private const double LeastScore = 1e-9;
    private readonly Variable truePositives, falsePositives, falseNegatives;

    /// <summary>Creates the counts.</summary>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="numClasses">How many classes.</param>
    /// <param name="average">How the classes' scores become one.</param>
    /// <param name="beta">How much more recall counts than precision.</param>
    /// <param name="threshold">Predictions above it are positive; null for the largest of each row.</param>
    private protected FScore(string name, int numClasses, Averaging average, double beta, double? threshold) : base(name)
    {
        NumClasses = Setting.Require(numClasses, numClasses >= 1, "1 or more");
        Average = average;
        Weight = beta * beta;
        Threshold = Setting.Require(threshold, threshold is null or (> 0 and <= 1), "a number above 0 and at most 1, or null for the largest of each row");
        truePositives = AddVariable("true_positives", [numClasses]);
        falsePositives = AddVariable("false_positives", [numClasses]);
        falseNegatives = AddVariable("false_negatives", [numClasses]);
    }

    public int NumClasses { get; }
    public Averaging Average { get; }
    public double? Threshold { get; }

    private double Weight { get; }

    /// <inheritdoc/>
    public sealed override Tensor Result()
    {
        Tensor right = truePositives.Value, wrong = falsePositives.Value, missed = falseNegatives.Value;
        if (Average == Averaging.Micro)
            return Score(right.Sum(), wrong.Sum(), missed.Sum());
        Tensor scores = Score(right, wrong, missed);
        return Average switch
        {
            Averaging.Macro => scores.Mean(),
            Averaging.Weighted => Ratio((scores * (right + missed)).Sum(), (right + missed).Sum()),
            _ => scores,
        };
    }

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        string who = GetType().Name;
        Tensor actual = Targets.SameShape(who, yTrue, yPred).Cast(DType.Float64), scores = yPred.Cast(DType.Float64);
        if (Targets.Classes(who, yPred) != NumClasses)
            throw new ShapeException($"{who}: received predictions of shape {yPred.Shape}; expected {NumClasses} classes on the last axis, as numClasses says.");
        // All zeros are no choice.
        Tensor isYes = Threshold is { } threshold ? scores.Greater(threshold) : scores.GreaterEqual(scores.Max(-1, keepDims: true)).And(scores.Abs().Greater(LeastScore));
        Tensor predicted = isYes.Cast(DType.Float64);
        Tensor? weights = SampleWeights.For(who, sampleWeight, yPred.Shape);
        Add(truePositives, PerClass(predicted * actual));
        Add(falsePositives, PerClass(predicted * (1 - actual)));
        Add(falseNegatives, PerClass((1 - predicted) * actual));

        Tensor PerClass(Tensor counts) =>
            (weights is null ? counts : Tensor.Where(weights.Equal(0), Tensor.Scalar(0.0), counts * weights)).Reshape([yPred.Length / NumClasses, NumClasses]).Sum(0);
    }

    // (1 + b²) P R / (b² P + R) in counts, which is 0 and not 0/0 where nothing is right.
    private Tensor Score(Tensor right, Tensor wrong, Tensor missed) => Ratio((1 + Weight) * right, ((1 + Weight) * right) + (Weight * missed) + wrong);
}
