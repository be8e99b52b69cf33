using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Counts of binary predictions, element by element. A prediction above the threshold is positive; a target other than 0 is positive.</summary>
public abstract class ThresholdMetric : Metric
{
    private protected const double DefaultThreshold = 0.5;
    private readonly Variable truePositives, falsePositives, falseNegatives;

    /// <summary>Creates the counts.</summary>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="thresholds">Predictions above this threshold are positive.</param>
    protected ThresholdMetric(string name, double thresholds) : base(name)
    {
        Thresholds = thresholds;
        truePositives = AddVariable("true_positives");
        falsePositives = AddVariable("false_positives");
        falseNegatives = AddVariable("false_negatives");
    }

    public double Thresholds { get; }

    /// <summary>The total weight of elements with a positive target and a positive prediction.</summary>
    protected Tensor TruePositives => truePositives.Value;

    /// <summary>The total weight of elements with a negative target and a positive prediction.</summary>
    protected Tensor FalsePositives => falsePositives.Value;

    /// <summary>The total weight of elements with a positive target and a negative prediction.</summary>
    protected Tensor FalseNegatives => falseNegatives.Value;

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Tensor actual = Targets.SameShape(GetType().Name, yTrue, yPred).NotEqual(0);
        // In double precision: a threshold such as 0.3 is another number in Float32.
        Tensor predicted = yPred.Cast(DType.Float64).Greater(Thresholds);
        Tensor weights = SampleWeights.For(GetType().Name, sampleWeight, yPred.Shape) ?? Tensor.Scalar(1.0);
        Add(truePositives, WeightOf(actual.And(predicted)));
        Add(falsePositives, WeightOf(predicted.And(actual.Not())));
        Add(falseNegatives, WeightOf(actual.And(predicted.Not())));

        Tensor WeightOf(Tensor elements) => Tensor.Where(elements, weights, Tensor.Scalar(0.0)).Sum();
    }
}
