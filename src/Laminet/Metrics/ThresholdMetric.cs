using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Counts of binary predictions, element by element. A prediction above the threshold is positive; a target other than 0 is positive.</summary>
public abstract class ThresholdMetric : Metric
{
    private readonly Variable truePositives, falsePositives, falseNegatives;

    /// <summary>Creates the counts.</summary>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="thresholds">Predictions above it are positive: one number or several; 0.5 by default, or none with <paramref name="topK"/>.</param>
    /// <param name="topK">How many of the largest predictions of a row can be positive; null for all.</param>
    /// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
    protected ThresholdMetric(string name, Numbers? thresholds, int? topK, int? classId) : base(name)
    {
        Thresholds = ConfusionCount.Checked(thresholds);
        TopK = Setting.Require(topK, topK is null or >= 1, "1 or more");
        ClassId = Setting.Require(classId, classId is null or >= 0, "0 or more");
        Shape shape = ConfusionCount.ShapeOf(Cuts);
        truePositives = AddVariable("true_positives", shape);
        falsePositives = AddVariable("false_positives", shape);
        falseNegatives = AddVariable("false_negatives", shape);
    }

    public Numbers? Thresholds { get; }
    public int? TopK { get; }
    public int? ClassId { get; }

    /// <summary>The total weight of elements with a positive target and a positive prediction, for each threshold.</summary>
    protected Tensor TruePositives => truePositives.Value;

    /// <summary>The total weight of elements with a negative target and a positive prediction, for each threshold.</summary>
    protected Tensor FalsePositives => falsePositives.Value;

    /// <summary>The total weight of elements with a positive target and a negative prediction, for each threshold.</summary>
    protected Tensor FalseNegatives => falseNegatives.Value;

    private Numbers Cuts => Thresholds ?? (TopK is null ? ConfusionCount.DefaultThreshold : double.NegativeInfinity);

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Decisions decisions = Decisions.Of(GetType().Name, yTrue, yPred, sampleWeight, Cuts, TopK, ClassId);
        Add(truePositives, decisions.TruePositives);
        Add(falsePositives, decisions.FalsePositives);
        Add(falseNegatives, decisions.FalseNegatives);
    }
}
