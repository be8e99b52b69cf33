using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of rows where the label is among the k largest scores; predictions (..., classes), labels (...) or (..., 1). The result is sum(w c) / sum(w) with the weights w
/// and c = 1 where fewer than k scores are larger than the label's, else c = 0. Keras: <c>SparseTopKCategoricalAccuracy</c>; scikit-learn: <c>top_k_accuracy_score</c>.
/// </summary>
/// <param name="k">How many of the largest scores count; at least 1.</param>
/// <param name="name">The name shown in logs.</param>
/// <param name="fromSortedIds">True for predictions (..., n) that are class numbers, the best first, such as those of a search; the first k of them count.</param>
public sealed class SparseTopKCategoricalAccuracy(int k = 5, string? name = null, bool fromSortedIds = false)
    : ClassMetric(name ?? "sparse_top_k_categorical_accuracy", sparse: true)
{
    public int K { get; } = Setting.Require(k, k >= 1, "1 or more");
    public bool FromSortedIds { get; } = fromSortedIds;

    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => FromSortedIds
        ? scores.Slice(0, Math.Min(K, scores.Shape[-1]), axis: -1).Equal(labels.ExpandDims(-1)).Any(-1)
        : IsAmongLargest(labels, scores, K);
}
