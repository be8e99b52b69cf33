using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of predictions on the right side of a threshold: 1 if above it, else 0, equals the target.</summary>
/// <param name="threshold">Predictions above it count as 1; 0.5 for probabilities, 0 for logits.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class BinaryAccuracy(double threshold = 0.5, string? name = null) : ElementMetric(name ?? "binary_accuracy")
{
    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["threshold"] = threshold;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => target.Equal(prediction.Greater(threshold).Cast(target.DType));

    internal static BinaryAccuracy FromConfig(JsonObject config) => new(config.Get("threshold", 0.5), NameIn(config));
}
