using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The mean of Lin's concordance between targets and predictions, each taken along an axis: 2 cov(y, p) / (var(y) + var(p) + (mean(y) - mean(p))² + 1e-7). It is 1 only where
/// they are equal. Keras: <c>ConcordanceCorrelation</c>.
/// </summary>
/// <remarks>
/// Targets and predictions (batch, n) give a correlation for each example, over its n numbers; it is not the correlation over the batch. Lin, "A concordance correlation coefficient to evaluate reproducibility", 1989.
/// </remarks>
/// <param name="name">The name shown in logs.</param>
/// <param name="axis">The axis along which the numbers are compared.</param>
public sealed class ConcordanceCorrelation(string? name = null, int axis = -1) : MeanMetric(name ?? "concordance_correlation")
{
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred)
    {
        (Tensor target, Tensor prediction) = Vectors.Of(nameof(ConcordanceCorrelation), yTrue, yPred, Axis);
        Tensor difference = target.Mean(-1) - prediction.Mean(-1);
        target -= target.Mean(-1, keepDims: true);
        prediction -= prediction.Mean(-1, keepDims: true);
        return 2 * (target * prediction).Mean(-1) / (target.Square().Mean(-1) + prediction.Square().Mean(-1) + difference.Square() + Probabilities.Epsilon);
    }
}
