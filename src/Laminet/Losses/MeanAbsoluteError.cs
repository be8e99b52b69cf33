using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The absolute error: mean(|y - p|) over the last axis. Keras: <c>MeanAbsoluteError</c>; PyTorch: <c>nn.L1Loss</c>.</summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanAbsoluteError(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "mean_absolute_error")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => MeanOfLastAxis((yTrue - yPred).Abs());
}
