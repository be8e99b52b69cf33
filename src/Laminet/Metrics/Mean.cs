using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The weighted mean of numbers: of losses given to <see cref="Add(double, double)"/>, or, used as a model's metric, of its predictions.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class Mean(string? name = null) : MeanMetric(name ?? "mean")
{
    private readonly Numbers numbers = new();

    /// <summary>Takes one number into account.</summary>
    /// <param name="value">The number, such as a batch's loss.</param>
    /// <param name="weight">Its weight, such as the batch's size.</param>
    public void Add(double value, double weight = 1) => Accumulate(value, weight);

    /// <inheritdoc/>
    protected override ReadOnlySpan<double> Measure(Tensor yTrue, Tensor yPred, out Shape shape)
    {
        shape = yPred.Shape;
        return numbers.Of(yPred);
    }
}
