using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The mean of (y - p)² over every element. Keras: <c>MeanSquaredError</c>; scikit-learn: <c>mean_squared_error</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanSquaredError(string? name = null) : ElementMetric(name ?? "mean_squared_error")
{
    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => (target - prediction).Square();
}
