using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// One minus the Tversky index of two regions: 1 - s / (s + alpha f + beta m + 1e-7), where s = sum(y p), f = sum((1 - y) p) counts false positives and m = sum(y (1 - p))
/// false negatives. Salehi, Erdogmus and Gholipour, "Tversky loss function for image segmentation using 3D fully convolutional deep networks", 2017. Keras: <c>Tversky</c>.
/// </summary>
/// <remarks>
/// Targets and predictions have the same shape, with numbers from 0 to 1. alpha = beta = 1/2 give <see cref="Dice"/>.
/// Without axes the loss is one number for the whole batch, so there can be no weight for each example. For images (batch, height, width, channels) the axes
/// [1, 2, 3] give one loss an example, and [1, 2] one for each class of an example.
/// </remarks>
/// <param name="alpha">The weight of false positives, 0 or more.</param>
/// <param name="beta">The weight of false negatives, 0 or more.</param>
/// <param name="axis">The axes of the sums; null for all.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Tversky(
    double alpha = 0.5, double beta = 0.5, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null, IReadOnlyList<int>? axis = null)
    : OverlapLoss(axis, reduction, name ?? "tversky")
{
    public double Alpha { get; } = Setting.Require(alpha, alpha >= 0, "0 or more");
    public double Beta { get; } = Setting.Require(beta, beta >= 0, "0 or more");

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor both = Over(yTrue * yPred), onlyPredicted = Over((1 - yTrue) * yPred), missed = Over(yTrue * (1 - yPred));
        return 1 - (both / (both + (Alpha * onlyPredicted) + (Beta * missed) + Probabilities.Epsilon));
    }
}
