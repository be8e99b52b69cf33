using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The logarithm of the error's hyperbolic cosine: mean(ln(cosh(p - y))) over the last axis. It is near e²/2 for small errors e and near |e| - ln 2 for large ones. Keras:
/// <c>LogCosh</c>.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class LogCosh(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "log_cosh")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor error = (yPred - yTrue).Abs();
        // ln(cosh(e)) = |e| + ln(1 + exp(-2 |e|)) - ln 2, without overflow.
        return MeanOfLastAxis(error + (-2 * error).Softplus() - Math.Log(2));
    }
}
