using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of predictions that equal their target, element by element. The result is sum(w c) / sum(w) with the weights w and c = 1 where y = p, else c = 0. For class scores
/// see the other accuracies. Keras: <c>Accuracy</c>; scikit-learn: <c>accuracy_score</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class Accuracy(string? name = null) : ElementMetric(name ?? "accuracy")
{
    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => target.Equal(prediction);
}
