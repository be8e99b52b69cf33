namespace Laminet.Metrics;

/// <summary>
/// The mean of <see cref="Losses.MeanSquaredLogarithmicError"/> over all examples, mean((ln(1 + max(y, 1e-7)) - ln(1 + max(p, 1e-7)))²) of each. Keras:
/// <c>MeanSquaredLogarithmicError</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanSquaredLogarithmicError(string? name = null) : MeanLossMetric(new Losses.MeanSquaredLogarithmicError(), name ?? "mean_squared_logarithmic_error");
