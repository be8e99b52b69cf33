namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.LogCosh"/> over all examples, mean(ln(cosh(p - y))) of each. Keras: <c>LogCoshError</c>.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class LogCoshError(string? name = null) : MeanLossMetric(new Losses.LogCosh(), name ?? "logcosh");
