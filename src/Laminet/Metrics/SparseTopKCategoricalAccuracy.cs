using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of rows where the label is among the k largest scores; predictions (..., classes), labels (...) or (..., 1).</summary>
public sealed class SparseTopKCategoricalAccuracy : ClassMetric
{
    private readonly int k;

    /// <summary>Creates the metric.</summary>
    /// <param name="k">How many of the largest scores count; at least 1.</param>
    /// <param name="name">The name shown in logs.</param>
    public SparseTopKCategoricalAccuracy(int k = 5, string? name = null) : base(name ?? "sparse_top_k_categorical_accuracy", sparse: true)
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

    internal static SparseTopKCategoricalAccuracy FromConfig(JsonObject config) => new(config.Get("k", 5), NameIn(config));
}
