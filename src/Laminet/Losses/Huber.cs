using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Squared error where small, absolute error where large: with e = y - p the mean over the last axis of e²/2 for |e| at most
/// delta, else delta |e| - delta²/2. Huber, "Robust estimation of a location parameter", 1964.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...); of vectors (n,) each element is an example.</remarks>
/// <param name="delta">The error up to which it is squared; above 0.</param>
/// <param name="reduction">What becomes of the losses of a batch.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Huber(double delta = 1, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "huber_loss")
{
    public double Delta { get; } = Setting.Require(delta, delta > 0, "a number above 0");

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor error = (yTrue - yPred).Abs();
        // With q = min(|e|, delta) both cases are q²/2 + delta (|e| - q): the derivative by q is 0 where q is delta.
        Tensor squared = error.Minimum(Tensor.Scalar(Delta, error.DType));
        return MeanOfLastAxis((squared.Square() * 0.5) + (Delta * (error - squared)));
    }
}
