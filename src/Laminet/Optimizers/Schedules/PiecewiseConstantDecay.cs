using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// The first value while t is at most the first boundary, then the second up to the second boundary, and so on; the last value after the last boundary. With the boundaries b
/// and the values v, the rate is v(i) for b(i - 1) &lt; t &lt;= b(i). Keras: <c>PiecewiseConstantDecay</c>.
/// </summary>
/// <param name="boundaries">Numbers of steps, each larger than the one before.</param>
/// <param name="values">The learning rates, one more than there are boundaries.</param>
public sealed class PiecewiseConstantDecay(IReadOnlyList<int> boundaries, IReadOnlyList<double> values) : LearningRateSchedule
{
    public IReadOnlyList<int> Boundaries { get; } = Setting.Require(boundaries, boundaries is { Count: > 0 } && boundaries.Zip(boundaries.Skip(1)).All(pair => pair.First < pair.Second), "at least one, each larger than the one before");

    public IReadOnlyList<double> Values { get; } = values is not null && values.Count == boundaries.Count + 1 ? [.. values.Select(value => NotNegative(value, nameof(values)))]
        : throw new ArgumentException($"Received {values?.Count ?? 0} values for {boundaries.Count} boundaries; expected {boundaries.Count + 1}, one more than boundaries.", nameof(values));

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor rate = Tensor.Scalar(Values[^1]);
        for (int i = Boundaries.Count - 1; i >= 0; i--)
            rate = Tensor.Where(step.LessEqual(Boundaries[i]), Tensor.Scalar(Values[i]), rate);
        return rate;
    }
}
