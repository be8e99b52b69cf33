using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// One minus the Dice coefficient of two regions: 1 - 2 sum(y p) / (sum(y) + sum(p) + 1e-7). Milletari et al., "V-Net: fully convolutional neural networks for volumetric
/// medical image segmentation", 2016. Keras: <c>Dice</c>.
/// </summary>
/// <remarks>
/// Targets and predictions have the same shape, with numbers from 0 to 1.
/// Without axes the loss is one number for the whole batch, so there can be no weight for each example. For images (batch, height, width, channels) the axes
/// [1, 2, 3] give one loss an example, and [1, 2] one for each class of an example.
/// </remarks>
/// <param name="axis">The axes of the sums; null for all.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Dice(IReadOnlyList<int>? axis = null, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : OverlapLoss(axis, reduction, name ?? "dice")
{
    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => 1 - (2 * Over(yTrue * yPred) / (Over(yTrue) + Over(yPred) + Probabilities.Epsilon));
}
