using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The mean of |y - p| over every element. Keras: <c>MeanAbsoluteError</c>; scikit-learn: <c>mean_absolute_error</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanAbsoluteError(string? name = null) : ElementMetric(name ?? "mean_absolute_error")
{
    /// <inheritdoc/>
    protected override Tensor Measure(Tensor target, Tensor prediction) => (target - prediction).Abs();
}
