namespace Laminet.Metrics;

/// <summary>The mean of <see cref="Losses.MeanSquaredLogarithmicError"/> over all examples.</summary>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanSquaredLogarithmicError(string? name = null) : MeanLossMetric(new Losses.MeanSquaredLogarithmicError(), name ?? "mean_squared_logarithmic_error");
