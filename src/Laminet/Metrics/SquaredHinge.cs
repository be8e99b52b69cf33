namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.SquaredHinge"/> over all examples.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class SquaredHinge(string? name = null) : MeanLossMetric(new Losses.SquaredHinge(), name ?? "squared_hinge");
