namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.Hinge"/> over all examples, mean(max(1 - y p, 0)) of each. Keras: <c>Hinge</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class Hinge(string? name = null) : MeanLossMetric(new Losses.Hinge(), name ?? "hinge");
