using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Minus the cosine of the angle between target and prediction: -sum(y p) / (|y| |p|). -1 for one direction, 0 for a right angle, 1 for opposite directions. Keras:
/// <c>CosineSimilarity</c>.
/// </summary>
/// <remarks>Predictions and targets (..., n) give losses (...). A vector of zeros gives 0: lengths count as at least 1e-7.</remarks>
/// <param name="axis">The axis of the vectors.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CosineSimilarity(int axis = -1, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "cosine_similarity")
{
    public int Axis { get; } = axis;

    internal override int LastAxis => Axis;

    /// <summary>The cosines along the last axis.</summary>
    internal static Tensor Of(Tensor x, Tensor y) => (Direction(x) * Direction(y)).Sum(-1);

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => -Of(yTrue, yPred);

    private static Tensor Direction(Tensor vectors) => vectors / vectors.Norm(-1, keepDims: true).Clip(Probabilities.Epsilon, double.PositiveInfinity);
}
