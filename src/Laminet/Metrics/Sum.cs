using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The weighted sum, sum(w x), of numbers x that are passed to <see cref="Add(Tensor, double)"/>. As a metric of a model it is the sum of the predictions. Keras: <c>Sum</c>.
/// </summary>
public sealed class Sum : Metric
{
    private readonly Variable total;

    /// <summary>Creates the metric.</summary>
    /// <param name="name">The name shown in logs.</param>
    public Sum(string? name = null) : base(name ?? "sum") => total = AddVariable("total");

    /// <inheritdoc/>
    public override Tensor Result() => total.Value;

    /// <summary>Adds one number.</summary>
    /// <param name="value">The number, a scalar of any type.</param>
    /// <param name="weight">Its weight.</param>
    /// <exception cref="ShapeException">The value is not a scalar.</exception>
    public void Add(Tensor value, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(value);
        Add(total, value.Detach().Cast(DType.Float64) * weight);
    }

    /// <inheritdoc/>
    protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        Tensor values = yPred.Cast(DType.Float64);
        if (SampleWeights.For(nameof(Sum), sampleWeight, values.Shape) is { } weights)
            values = Tensor.Where(weights.Equal(0), Tensor.Scalar(0.0), values * weights);
        Add(total, values.Sum());
    }
}
