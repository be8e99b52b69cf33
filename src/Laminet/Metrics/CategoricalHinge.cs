namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.CategoricalHinge"/> over all examples.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalHinge(string? name = null) : MeanLossMetric(new Losses.CategoricalHinge(), name ?? "categorical_hinge");
