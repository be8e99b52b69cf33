using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A weighted mean over all batches: sum(w v) / sum(w), unlike a loss, which divides by the number of values.</summary>
/// <param name="name">The name shown in logs.</param>
public abstract class MeanMetric(string name) : Metric(name, sums: 2)
{
    /// <inheritdoc/>
    public sealed override double Result() => Ratio(Sums[0], Sums[1]);

    /// <summary>The values of a batch and the shape they stand for.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    /// <param name="shape">The shape that sample weights are held against.</param>
    /// <returns>The values, valid until the next batch.</returns>
    protected abstract ReadOnlySpan<double> Measure(Tensor yTrue, Tensor yPred, out Shape shape);

    /// <summary>Takes one value into account.</summary>
    private protected void Accumulate(double value, double weight)
    {
        Sums[0] += weight * value;
        Sums[1] += weight;
    }

    /// <inheritdoc/>
    protected sealed override void Gather(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ReadOnlySpan<double> values = Measure(yTrue, yPred, out Shape shape);
        double[]? weights = SampleWeights.Of(GetType().Name, sampleWeight, shape);
        for (int i = 0; i < values.Length; i++)
            Accumulate(values[i], weights?[i] ?? 1);
    }
}
