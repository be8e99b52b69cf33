using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The area under the ROC or the precision-recall curve of yes-or-no predictions in [0, 1], every element for itself. The curve
/// is taken at evenly spaced thresholds, as in Keras, so the area is an approximation that no batch order changes.
/// </summary>
/// <remarks>
/// ROC by trapezoids; precision-recall by the interpolation of Davis and Goadrich, "The relationship between precision-recall
/// and ROC curves", 2006, in closed form.
/// </remarks>
public sealed class AUC : Metric
{
    private readonly int numThresholds;
    private readonly Curve curve;
    private readonly bool fromLogits;
    private readonly Numbers targetNumbers = new(), predictionNumbers = new();

    /// <summary>Creates the metric.</summary>
    /// <param name="numThresholds">How many thresholds, evenly spaced in [0, 1]; at least 2.</param>
    /// <param name="curve">Which curve.</param>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="fromLogits">True for predictions before sigmoid.</param>
    public AUC(int numThresholds = 200, Curve curve = Curve.ROC, string? name = null, bool fromLogits = false)
        : base(name ?? "auc", sums: 2 * (Checked(numThresholds) - 1))
    {
        this.numThresholds = numThresholds;
        this.curve = curve;
        this.fromLogits = fromLogits;
    }

    // The weight of yes targets, and of no targets, by the highest threshold that their predictions are above.
    private Span<double> Positives => Sums[..Buckets];

    private Span<double> Negatives => Sums[Buckets..];

    // Nothing is above the last threshold.
    private int Buckets => numThresholds - 1;

    /// <inheritdoc/>
    public override double Result()
    {
        double positives = 0, negatives = 0, area = 0;
        foreach (double weight in Positives)
            positives += weight;
        foreach (double weight in Negatives)
            negatives += weight;
        // From the highest threshold down to the lowest, which everything is above.
        double truePositives = 0, falsePositives = 0;
        for (int bucket = Buckets - 1; bucket >= 0; bucket--)
        {
            (double more, double moreFalse) = (Positives[bucket], Negatives[bucket]);
            area += curve == Curve.ROC
                ? Ratio(moreFalse, negatives) * Ratio(truePositives + (more / 2), positives)
                : Ratio(PrecisionIntegral(truePositives, falsePositives, more, moreFalse), positives);
            truePositives += more;
            falsePositives += moreFalse;
        }

        return area;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["num_thresholds"] = numThresholds;
        config["curve"] = curve.ToString();
        config["from_logits"] = fromLogits;
        return config;
    }

    /// <inheritdoc/>
    protected override void Gather(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Targets.RequireSameShape(nameof(AUC), yTrue, yPred);
        ReadOnlySpan<double> targets = targetNumbers.Of(yTrue, yPred.DType), predictions = predictionNumbers.Of(fromLogits ? yPred.Sigmoid() : yPred);
        double[]? weights = SampleWeights.Of(nameof(AUC), sampleWeight, yPred.Shape);
        Span<double> positives = Positives, negatives = Negatives;
        for (int i = 0; i < targets.Length; i++)
            (targets[i] != 0 ? positives : negatives)[BucketOf(predictions[i])] += weights?[i] ?? 1;
    }

    // The thresholds are 0 - epsilon, 1/(n-1), ..., (n-2)/(n-1), 1 + epsilon. NaN is above the lowest only.
    private int BucketOf(double prediction) =>
        double.IsNaN(prediction) ? 0 : (int)Math.Clamp(Math.Ceiling(prediction * Buckets) - 1, 0, Buckets - 1);

    // Between two thresholds true and all positives grow evenly, so precision is slope + intercept / predicted.
    private static double PrecisionIntegral(double truePositives, double falsePositives, double more, double moreFalse)
    {
        double predicted = truePositives + falsePositives, slope = Ratio(more, more + moreFalse);
        double intercept = truePositives - (slope * predicted);
        double growth = predicted > 0 ? Math.Log((predicted + more + moreFalse) / predicted) : 0;
        return slope * (more + (intercept * growth));
    }

    private static int Checked(int numThresholds) => numThresholds >= 2
        ? numThresholds
        : throw new ArgumentOutOfRangeException(nameof(numThresholds), $"Received {numThresholds} thresholds; expected at least 2.");

    internal static AUC FromConfig(JsonObject config) => new(
        config.Get("num_thresholds", 200), Enum.Parse<Curve>(config.Get("curve", nameof(Curve.ROC))), NameIn(config), config.Get("from_logits", false));
}
