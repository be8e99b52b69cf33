using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The fraction of binary predictions that equal their target. A prediction above the threshold counts as 1, any other as 0. The result is sum(w c) / sum(w) with the weights w
/// and c = 1 where they are equal, else c = 0. Keras: <c>BinaryAccuracy</c>.
/// </summary>
/// <param name="threshold">Predictions above it count as 1; 0.5 for probabilities, 0 for logits.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class BinaryAccuracy(double threshold = 0.5, string? name = null) : ElementMetric(name ?? "binary_accuracy")
{
    public double Threshold { get; } = Setting.Require(threshold, !double.IsNaN(threshold), "a number");

    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => target.Equal(prediction.Greater(Threshold).Cast(target.DType));
}
