using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The hinge loss of class scores: max(n - p + 1, 0) with p the score of the right class and n the largest of the others', for one-hot targets. Keras: <c>CategoricalHinge</c>.
/// </summary>
/// <remarks>Predictions and targets (..., classes) give losses (...). As in Keras, p is sum(y s) and n is max((1 - y) s) of the scores s, so n is at least 0.</remarks>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalHinge(LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "categorical_hinge")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor right = (yTrue * yPred).Sum(-1), wrong = ((1 - yTrue) * yPred).Max(-1);
        return (wrong - right + 1).Relu();
    }
}
