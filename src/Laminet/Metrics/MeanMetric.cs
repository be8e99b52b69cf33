using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A weighted mean over all batches: sum(w v) / sum(w), unlike a loss, which divides by the number of values.</summary>
/// <param name="name">The name shown in logs.</param>
public abstract class MeanMetric(string name) : Metric(name, sums: 2)
{
    /// <inheritdoc/>
    public sealed override double Result() => Ratio(Sums[0], Sums[1]);

    /// <summary>The values of a batch and the shape they stand for.</summary>
    protected abstract (double[] Values, Shape Shape) Measure(Tensor yTrue, Tensor yPred);

    /// <summary>Takes one value into account.</summary>
    private protected void Accumulate(double value, double weight)
    {
        Sums[0] += weight * value;
        Sums[1] += weight;
    }

    /// <inheritdoc/>
    protected sealed override void Gather(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        (double[] values, Shape shape) = Measure(yTrue, yPred);
        double[]? weights = Metrics.Values.WeightsOf(GetType().Name, sampleWeight, shape);
        for (int i = 0; i < values.Length; i++)
            Accumulate(values[i], weights?[i] ?? 1);
    }
}
