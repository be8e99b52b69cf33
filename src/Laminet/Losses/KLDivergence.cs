using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The Kullback-Leibler divergence of two distributions: sum(y ln(y / p)) over the last axis, with y and p clipped to [1e-7, 1]. Keras: <c>KLDivergence</c>; PyTorch:
/// <c>nn.KLDivLoss</c>, of ln p.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...). Kullback and Leibler, "On information and sufficiency", 1951.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class KLDivergence(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "kl_divergence")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor targets = yTrue.Clip(Probabilities.Epsilon, 1), predictions = yPred.Clip(Probabilities.Epsilon, 1);
        return (targets * (targets / predictions).Log()).Sum(-1);
    }
}
