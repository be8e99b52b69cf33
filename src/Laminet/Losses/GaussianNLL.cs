using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The negative log-likelihood of a number under a normal distribution whose mean and variance are both predicted: mean((ln v + (y - m)² / v) / 2) over the last axis. The
/// network thus says how sure it is. Nix and Weigend, "Estimating the mean and variance of the target probability distribution", 1994. PyTorch: <c>nn.GaussianNLLLoss</c>.
/// </summary>
/// <remarks>
/// Predictions (..., 2 n) hold n means m, then n variances v, as <c>Concatenate</c> of two layers gives them; targets (..., n), or (...) for n = 1, give losses (...). A
/// variance counts as at least <paramref name="epsilon"/>; as in PyTorch, its gradient is not cut off there. A layer <c>Dense(2 * n)</c> can predict
/// the logarithm of the variance (<paramref name="fromLogVariance"/>), which needs no lower bound.
/// </remarks>
/// <param name="full">Whether the constant ln(2 pi) / 2 is added.</param>
/// <param name="epsilon">The least variance; above 0.</param>
/// <param name="fromLogVariance">True if ln v is predicted in place of v.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class GaussianNLL(
    bool full = false, double epsilon = 1e-6, bool fromLogVariance = false, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "gaussian_nll")
{
    public bool Full { get; } = full;
    public double Epsilon { get; } = Setting.Require(epsilon, epsilon > 0, "a number above 0");
    public bool FromLogVariance { get; } = fromLogVariance;

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => predictions with { Shape = predictions.Shape.With(-1, Half(predictions.Shape)) };

    /// <inheritdoc/>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => Targets.SameShape(GetType().Name, yTrue, yPred.Slice(0, Half(yPred.Shape), axis: -1));

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        int half = Half(yPred.Shape);
        Tensor squares = (yTrue - yPred.Slice(0, half, axis: -1)).Square(), spread = yPred.Slice(half, axis: -1);
        Tensor twice;
        if (FromLogVariance)
            twice = spread + (squares * (-spread).Exp());
        else
        {
            Tensor variance = spread + (spread.Clip(Epsilon, double.PositiveInfinity) - spread).Detach();
            twice = variance.Log() + (squares / variance);
        }

        Tensor losses = 0.5 * twice.Mean(-1);
        return Full ? losses + (0.5 * Math.Log(2 * Math.PI)) : losses;
    }

    private static int Half(Shape predictions) => predictions.Rank > 0 && predictions[-1] % 2 == 0
        ? predictions[-1] / 2
        : throw new ShapeException($"{nameof(GaussianNLL)}: received predictions of shape {predictions}; expected an even last axis, n means and then n variances.");
}
