using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of rows whose largest score is the class of the one-hot target; targets and predictions (..., classes).</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalAccuracy(string? name = null) : ClassMetric(name ?? "categorical_accuracy", sparse: false)
{
    /// <inheritdoc/>
    protected override Tensor IsRight(Tensor labels, Tensor scores) => IsLargest(labels, scores);
}
