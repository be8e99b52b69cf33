using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A weighted mean over all batches: sum(w v) / sum(w), unlike a loss, which divides by the number of values. A value of weight 0 does not count, even if it is NaN.</summary>
public abstract class MeanMetric : Metric
{
    private readonly Variable total, weight;

    /// <summary>Creates a mean.</summary>
    /// <param name="name">The name shown in logs.</param>
    protected MeanMetric(string name) : base(name)
    {
        total = AddVariable("total");
        weight = AddVariable("weight");
    }

    /// <inheritdoc/>
    public sealed override Tensor Result() => Ratio(total.Value, weight.Value);

    /// <summary>The values of a batch, of any type (true counts as 1). Sample weights must fit their shape.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    protected abstract Tensor Values(Tensor yTrue, Tensor yPred);

    internal Tensor ValuesOf(Tensor yTrue, Tensor yPred) => Values(yTrue, yPred);

    /// <summary>Takes numbers into account whose weighted sum and sum of weights are known.</summary>
    private protected void Add(Tensor weightedSum, Tensor weights)
    {
        Add(total, weightedSum);
        Add(weight, weights);
    }

    /// <inheritdoc/>
    protected sealed override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Tensor values = Values(yTrue, yPred).Cast(DType.Float64);
        if (SampleWeights.For(GetType().Name, sampleWeight, values.Shape) is { } weights)
            Add(Tensor.Where(weights.Equal(0), Tensor.Scalar(0.0), values * weights).Sum(), weights.BroadcastTo(values.Shape).Sum());
        else
            Add(values.Sum(), Tensor.Scalar((double)values.Length));
    }
}
