using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The weight of binary predictions of one kind, element by element. A prediction above the threshold is positive; a target other than 0 is positive.</summary>
public abstract class ConfusionCount : Metric
{
    internal const double DefaultThreshold = 0.5;
    private readonly Variable accumulator;

    /// <summary>Creates the count.</summary>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="thresholds">Predictions above it are positive: one number or several; 0.5 by default.</param>
    protected ConfusionCount(string name, Numbers? thresholds) : base(name)
    {
        Thresholds = Checked(thresholds) ?? DefaultThreshold;
        accumulator = AddVariable("accumulator", ShapeOf(Thresholds));
    }

    public Numbers Thresholds { get; }

    /// <inheritdoc/>
    public sealed override Tensor Result() => accumulator.Value;

    /// <summary>Which of the four counts of decisions this is.</summary>
    private protected abstract Tensor Of(Decisions decisions);

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight) =>
        Add(accumulator, Of(Decisions.Of(GetType().Name, yTrue, yPred, sampleWeight, Thresholds, topK: null, classId: null)));

    internal static Numbers? Checked(Numbers? thresholds) =>
        Setting.Require(thresholds, thresholds is not { } given || (given.Count > 0 && given.All(number => number is >= 0 and <= 1)), "one or more numbers from 0 to 1");

    internal static Shape ShapeOf(Numbers thresholds) => thresholds.Count == 1 ? [] : [thresholds.Count];
}
