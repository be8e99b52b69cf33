using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The mean cosine of the angle between targets and predictions, sum(y p) / (|y| |p|): 1 for one direction, -1 for opposite ones. The loss of this name is its negative. Keras:
/// <c>CosineSimilarity</c>; PyTorch: <c>nn.CosineSimilarity</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
/// <param name="axis">The axis of the vectors.</param>
public sealed class CosineSimilarity(string? name = null, int axis = -1) : MeanMetric(name ?? "cosine_similarity")
{
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred)
    {
        (Tensor target, Tensor prediction) = Vectors.Of(nameof(CosineSimilarity), yTrue, yPred, Axis);
        return Losses.CosineSimilarity.Of(target, prediction);
    }
}
