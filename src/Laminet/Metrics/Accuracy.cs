using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The share of predictions that equal their target, element by element. For class scores see the other accuracies.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class Accuracy(string? name = null) : ElementMetric(name ?? "accuracy")
{
    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => target.Equal(prediction);
}
