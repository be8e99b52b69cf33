using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The root of the mean of (y - p)² over every element. Keras: <c>RootMeanSquaredError</c>; scikit-learn: <c>root_mean_squared_error</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class RootMeanSquaredError(string? name = null) : ElementMetric(name ?? "root_mean_squared_error")
{
    private protected override Tensor Figure(Tensor mean) => mean.Sqrt();

    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => (target - prediction).Square();
}
