using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The mean of Pearson's correlation between targets and predictions, each taken along an axis: cov(y, p) / (sd(y) sd(p)). Keras: <c>PearsonCorrelation</c>.</summary>
/// <remarks>
/// Targets and predictions (batch, n) give a correlation for each example, over its n numbers; it is not the correlation over the batch. It is NaN where all targets or all predictions along the axis are equal.
/// </remarks>
/// <param name="name">The name shown in logs.</param>
/// <param name="axis">The axis along which the numbers are compared.</param>
public sealed class PearsonCorrelation(string? name = null, int axis = -1) : MeanMetric(name ?? "pearson_correlation")
{
    public int Axis { get; } = axis;

    internal override string WhyNaN() => "all targets or all predictions of an example were equal, so there is no correlation";

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred)
    {
        (Tensor target, Tensor prediction) = Vectors.Of(nameof(PearsonCorrelation), yTrue, yPred, Axis);
        target -= target.Mean(-1, keepDims: true);
        prediction -= prediction.Mean(-1, keepDims: true);
        return (target * prediction).Mean(-1) / (target.Square().Mean(-1) * prediction.Square().Mean(-1)).Sqrt();
    }
}
