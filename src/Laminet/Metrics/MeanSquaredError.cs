namespace Laminet.Metrics;

/// <summary>The mean of (y - p)² over every element.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanSquaredError(string? name = null) : ElementMetric(name ?? "mean_squared_error")
{
    /// <inheritdoc/>
    protected override double Measure(double target, double prediction) => (target - prediction) * (target - prediction);
}
