using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The Huber loss: squared for small errors, linear for large ones. With e = y - p it is the mean over the last axis of e²/2 where |e| is at most delta, and of delta |e| -
/// delta²/2 elsewhere. Huber, "Robust estimation of a location parameter", 1964. Keras: <c>Huber</c>; PyTorch: <c>nn.HuberLoss</c>.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="delta">The largest error that is squared; above 0.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
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
