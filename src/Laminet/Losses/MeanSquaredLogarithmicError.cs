using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The squared error of logarithms: mean((ln(1 + max(y, 1e-7)) - ln(1 + max(p, 1e-7)))²) over the last axis. It compares numbers by their ratio. Keras:
/// <c>MeanSquaredLogarithmicError</c>.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...); for vectors (n,) each element is an example.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class MeanSquaredLogarithmicError(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "mean_squared_logarithmic_error")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) =>
        MeanOfLastAxis((Logarithm(yTrue) - Logarithm(yPred)).Square());

    private static Tensor Logarithm(Tensor numbers) => numbers.Clip(Probabilities.Epsilon, double.PositiveInfinity).Log1p();
}
