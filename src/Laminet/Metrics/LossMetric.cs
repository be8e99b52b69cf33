using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A loss as a metric: the weighted mean of the losses of all examples.</summary>
/// <param name="loss">The loss, the mean squared error by default; its own reduction does not matter.</param>
/// <param name="name">The name shown in logs; by default the loss's.</param>
public sealed class LossMetric(Loss? loss = null, string? name = null) : MeanMetric(name ?? loss?.Name ?? "mean_squared_error")
{
    public Loss Loss { get; } = loss ?? new Losses.MeanSquaredError();

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred) => Loss.Each(yTrue, yPred);
}
