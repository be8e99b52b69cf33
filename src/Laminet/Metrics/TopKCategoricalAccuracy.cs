using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of rows where the class of the one-hot target is among the k largest scores; targets and predictions (..., classes). The result is sum(w c) / sum(w) with the
/// weights w and c = 1 where fewer than k scores are larger than that of the class, else c = 0. Keras: <c>TopKCategoricalAccuracy</c>; scikit-learn:
/// <c>top_k_accuracy_score</c>.
/// </summary>
/// <param name="k">How many of the largest scores count; at least 1.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class TopKCategoricalAccuracy(int k = 5, string? name = null) : ClassMetric(name ?? "top_k_categorical_accuracy", sparse: false)
{
    public int K { get; } = Setting.Require(k, k >= 1, "1 or more");

    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => IsAmongLargest(labels, scores, K);
}
