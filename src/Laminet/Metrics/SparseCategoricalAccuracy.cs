using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of rows whose largest score is the label's; predictions (..., classes), labels (...) or (..., 1). The result is sum(w c) / sum(w) with the weights w and c = 1
/// where y = argmax(p), else c = 0. Keras: <c>SparseCategoricalAccuracy</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class SparseCategoricalAccuracy(string? name = null) : ClassMetric(name ?? "sparse_categorical_accuracy", sparse: true)
{
    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => IsLargest(labels, scores);
}
