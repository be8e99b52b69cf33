using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The negative log-likelihood of counts under a Poisson distribution, without its constant: mean(p - y ln(p + 1e-7)) over the last axis. Keras: <c>Poisson</c>; PyTorch:
/// <c>nn.PoissonNLLLoss</c>, with <c>log_input=False</c>.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Poisson(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "poisson")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => MeanOfLastAxis(yPred - (yTrue * (yPred + Probabilities.Epsilon).Log()));
}
