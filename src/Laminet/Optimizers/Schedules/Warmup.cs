using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// Rises linearly from a share s of a rate to the rate itself within w steps, then follows the schedule from its step 0: r(0) (s + (1 - s) t / w) while t is below w, then r(t - w).
/// Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.
/// </summary>
/// <param name="schedule">The schedule after the warm-up, or a number.</param>
/// <param name="warmupSteps">The number w of steps of the warm-up.</param>
/// <param name="start">The rate of the first step as a share s of the schedule's first.</param>
public sealed class Warmup(LearningRateSchedule schedule, int warmupSteps, double start = 0) : LearningRateSchedule
{
    public LearningRateSchedule Schedule { get; } = schedule ?? throw new ArgumentNullException(nameof(schedule));
    public int WarmupSteps { get; } = AtLeastOne(warmupSteps);
    public double Start { get; } = Setting.Require(start, start is >= 0 and <= 1, "0 to 1");

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor rate = Schedule.Rate((step - WarmupSteps).Maximum(Tensor.Scalar(0.0)));
        return rate * ((step * ((1 - Start) / WarmupSteps)) + Start).Minimum(Tensor.Scalar(1.0));
    }
}
