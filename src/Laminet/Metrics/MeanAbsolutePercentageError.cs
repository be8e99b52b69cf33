namespace Laminet.Metrics;

/// <summary>
/// The mean of <see cref="Losses.MeanAbsolutePercentageError"/> over all examples, 100 mean(|y - p| / max(|y|, 1e-7)) of each. Keras: <c>MeanAbsolutePercentageError</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanAbsolutePercentageError(string? name = null) : MeanLossMetric(new Losses.MeanAbsolutePercentageError(), name ?? "mean_absolute_percentage_error");
