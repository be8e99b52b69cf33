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
    public sealed override Tensor Result() => Figure(Ratio(total.Value, weight.Value));

    /// <summary>The figure that is shown of the mean: the mean itself by default.</summary>
    private protected virtual Tensor Figure(Tensor mean) => mean;

    /// <summary>The values of a batch, of any type (true counts as 1). Sample weights must fit their shape.</summary>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions.</param>
    protected abstract Tensor Values(Tensor yTrue, Tensor yPred);

    /// <summary>The values of a batch, and which of them count; null for all.</summary>
    private protected virtual (Tensor Values, Tensor? Counts) Counted(Tensor yTrue, Tensor yPred) => (Values(yTrue, yPred), null);

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
        (Tensor values, Tensor? counts) = Counted(yTrue, yPred);
        values = values.Cast(DType.Float64);
        Tensor? weights = SampleWeights.For(GetType().Name, sampleWeight, values.Shape);
        if (counts is not null)
            weights = Tensor.Where(counts, weights ?? Tensor.Scalar(1.0), Tensor.Scalar(0.0));
        if (weights is not null)
            Add(Tensor.Where(weights.Equal(0), Tensor.Scalar(0.0), values * weights).Sum(), weights.BroadcastTo(values.Shape).Sum());
        else
            Add(values.Sum(), Tensor.Scalar((double)values.Length));
    }
}
