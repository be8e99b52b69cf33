using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>The squared hinge loss: mean(max(1 - y p, 0)²) over the last axis, for targets -1 and 1. Keras: <c>SquaredHinge</c>.</summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example. If all targets of a batch are 0 or 1, 0 counts as -1.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class SquaredHinge(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "squared_hinge")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => MeanOfLastAxis((1 - (Signs.Of(yTrue) * yPred)).Relu().Square());
}
