using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of rows where the label is among the k largest scores; predictions (..., classes), labels (...) or (..., 1).</summary>
/// <param name="k">How many of the largest scores count; at least 1.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class SparseTopKCategoricalAccuracy(int k = 5, string? name = null) : ClassMetric(name ?? "sparse_top_k_categorical_accuracy", sparse: true)
{
    public int K { get; } = Setting.Require(k, k >= 1, "1 or more");

    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => IsAmongLargest(labels, scores, K);
}
