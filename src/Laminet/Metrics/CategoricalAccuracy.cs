using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of rows whose largest score is the class of the one-hot target; targets and predictions (..., classes). The result is sum(w c) / sum(w) with the weights w and c =
/// 1 where argmax(y) = argmax(p), else c = 0. Keras: <c>CategoricalAccuracy</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalAccuracy(string? name = null) : ClassMetric(name ?? "categorical_accuracy", sparse: false)
{
    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => IsLargest(labels, scores);
}
