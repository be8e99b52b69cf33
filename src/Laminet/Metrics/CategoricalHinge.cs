namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.CategoricalHinge"/> over all examples, max(n - p + 1, 0) of each. Keras: <c>CategoricalHinge</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalHinge(string? name = null) : MeanLossMetric(new Losses.CategoricalHinge(), name ?? "categorical_hinge");
