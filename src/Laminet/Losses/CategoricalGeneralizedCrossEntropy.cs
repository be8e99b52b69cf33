using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// A loss that wrong labels disturb less: (1 - p^q) / q with p the probability of the label. For q near 0 it is the cross-entropy, for q near 1 it is 1 - p. Zhang and Sabuncu,
/// "Generalized cross entropy loss for training deep neural networks with noisy labels", 2018. Keras: <c>CategoricalGeneralizedCrossEntropy</c>.
/// </summary>
/// <remarks>
/// Predictions (..., classes) and labels (...) or (..., 1), Int32, Int64 or UInt8, give losses (...). If the predictions are a softmax of logits, the loss is computed from the
/// logits, and its gradient is finite however small p is. Other probabilities count as at least 1e-7.
/// </remarks>
/// <param name="q">Between 0 and 1; the larger, the less wrong labels disturb.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CategoricalGeneralizedCrossEntropy(double q = 0.5, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "categorical_generalized_cross_entropy")
{
    public double Q { get; } = Setting.Require(q, q is > 0 and < 1, "a number between 0 and 1");

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => Targets.LabelsFor(predictions);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A label names no class.</exception>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => Targets.Labels(GetType().Name, yTrue, yPred).CheckedLabels(yPred.Shape[-1], GetType().Name);

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor power = yPred.SoftmaxLogits is { } logits
            ? (-Q * logits.SparseCrossEntropy(yTrue)).Exp()
            : Probabilities.OfLabels(yPred, yTrue).Clip(Probabilities.Epsilon, double.PositiveInfinity).Pow(Q);
        return (1 - power) / Q;
    }
}
