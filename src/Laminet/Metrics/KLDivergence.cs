namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.KLDivergence"/> over all examples, sum(y ln(y / p)) of each. Keras: <c>KLDivergence</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class KLDivergence(string? name = null) : MeanLossMetric(new Losses.KLDivergence(), name ?? "kl_divergence");
