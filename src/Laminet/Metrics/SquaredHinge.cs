namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.SquaredHinge"/> over all examples, mean(max(1 - y p, 0)²) of each. Keras: <c>SquaredHinge</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class SquaredHinge(string? name = null) : MeanLossMetric(new Losses.SquaredHinge(), name ?? "squared_hinge");
