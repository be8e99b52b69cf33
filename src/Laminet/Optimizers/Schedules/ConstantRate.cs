using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>A number in the place of a schedule.</summary>
internal sealed class ConstantRate(double value) : LearningRateSchedule
{
    public double Value { get; } = Require(value);

    public override Tensor Rate(Tensor step) => Tensor.Scalar(Value);

    /// <exception cref="ArgumentOutOfRangeException">It is no learning rate.</exception>
    public static double Require(double value) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), string.Create(CultureInfo.InvariantCulture, $"Received the learning rate {value}; it must be zero or more, and finite."));
}
