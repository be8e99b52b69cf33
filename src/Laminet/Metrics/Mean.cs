using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The weighted mean sum(w x) / sum(w) of numbers x that are passed to <see cref="Add(Tensor, double)"/>, such as losses. As a metric of a model it is the mean of the
/// predictions. Keras: <c>Mean</c>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class Mean(string? name = null) : MeanMetric(name ?? "mean")
{
    /// <summary>Adds one number to the mean.</summary>
    /// <param name="value">The number, a scalar of any type, such as a batch's loss.</param>
    /// <param name="weight">Its weight, such as the batch's size.</param>
    /// <exception cref="ShapeException">The value is not a scalar.</exception>
    public void Add(Tensor value, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(value);
        Add(value.Detach().Cast(DType.Float64) * weight, Tensor.Scalar(weight));
    }

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred) => yPred;
}
