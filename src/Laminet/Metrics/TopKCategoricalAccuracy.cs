using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of rows where the class of the one-hot target is among the k largest scores; targets and predictions (..., classes).</summary>
public sealed class TopKCategoricalAccuracy : ClassMetric
{
    private readonly int k;

    /// <summary>Creates the metric.</summary>
    /// <param name="k">How many of the largest scores count; at least 1.</param>
    /// <param name="name">The name shown in logs.</param>
    public TopKCategoricalAccuracy(int k = 5, string? name = null) : base(name ?? "top_k_categorical_accuracy", sparse: false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        this.k = k;
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["k"] = k;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => IsAmongLargest(labels, scores, k);

    internal static TopKCategoricalAccuracy FromConfig(JsonObject config) => new(config.Get("k", 5), NameIn(config));
}
