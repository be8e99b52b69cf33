using Laminet.Losses;

namespace Laminet.Metrics;

/// <summary>
/// Any loss as a metric: the weighted mean of the losses l of all examples, sum(w l) / sum(w). The name of a loss as a metric, as in <c>["binary_crossentropy"]</c>, gives
/// this. Keras: <c>MeanMetricWrapper</c>.
/// </summary>
/// <param name="loss">The loss, the mean squared error by default; its own reduction does not matter.</param>
/// <param name="name">The name shown in logs; by default the loss's.</param>
public sealed class LossMetric(Loss? loss = null, string? name = null)
    : MeanLossMetric(loss ?? new Losses.MeanSquaredError(), name ?? loss?.Name ?? "mean_squared_error");
