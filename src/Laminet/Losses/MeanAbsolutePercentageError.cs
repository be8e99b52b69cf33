using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The absolute error as a percentage of the target: 100 mean(|y - p| / max(|y|, 1e-7)) over the last axis. Keras: <c>MeanAbsolutePercentageError</c>.</summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanAbsolutePercentageError(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "mean_absolute_percentage_error")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) =>
        100 * MeanOfLastAxis((yTrue - yPred).Abs() / yTrue.Abs().Clip(Probabilities.Epsilon, double.PositiveInfinity));
}
