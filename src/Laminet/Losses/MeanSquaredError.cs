using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The squared error: mean((y - p)²) over the last axis. Keras: <c>MeanSquaredError</c>; PyTorch: <c>nn.MSELoss</c>.</summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanSquaredError(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "mean_squared_error")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => MeanOfLastAxis((yTrue - yPred).Square());
}
