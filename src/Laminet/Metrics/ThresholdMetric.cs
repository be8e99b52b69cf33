using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Counts of yes-or-no predictions, every element for itself: a prediction above the threshold says yes, a target other than 0 is yes.</summary>
/// <param name="name">The name shown in logs.</param>
/// <param name="threshold">Predictions above it say yes.</param>
public abstract class ThresholdMetric(string name, double threshold) : Metric(name, sums: 3)
{
    private protected const double DefaultThreshold = 0.5;
    private readonly Numbers targetNumbers = new(), predictionNumbers = new();

    /// <summary>The weight of elements that are yes and were predicted so.</summary>
    protected double TruePositives => Sums[0];

    /// <summary>The weight of elements that are no and were predicted yes.</summary>
    protected double FalsePositives => Sums[1];

    /// <summary>The weight of elements that are yes and were predicted no.</summary>
    protected double FalseNegatives => Sums[2];

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["thresholds"] = threshold;
        return config;
    }

    /// <inheritdoc/>
    protected sealed override void Gather(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Targets.RequireSameShape(GetType().Name, yTrue, yPred);
        ReadOnlySpan<double> targets = targetNumbers.Of(yTrue, yPred.DType), predictions = predictionNumbers.Of(yPred);
        double[]? weights = SampleWeights.Of(GetType().Name, sampleWeight, yPred.Shape);
        for (int i = 0; i < targets.Length; i++)
        {
            bool positive = targets[i] != 0, predicted = predictions[i] > threshold;
            if (positive || predicted)
                Sums[positive ? (predicted ? 0 : 2) : 1] += weights?[i] ?? 1;
        }
    }

    private protected static double ThresholdIn(JsonObject config) => config.Get("thresholds", DefaultThreshold);
}
