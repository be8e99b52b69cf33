using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// Falls like a cosine from the initial rate r to alpha r within n steps: r ((1 - alpha) (1 + cos(pi min(t, n) / n)) / 2 + alpha). With a warm-up of w steps, the rate first
/// rises linearly from r to the target, then falls from the target. Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017. Keras:
/// <c>CosineDecay</c>.
/// </summary>
/// <param name="initialLearningRate">The rate r of the first step.</param>
/// <param name="decaySteps">The number n of steps over which it falls.</param>
/// <param name="alpha">The last rate as a share of the highest.</param>
/// <param name="warmupTarget">The rate at the end of the warm-up; null for no warm-up.</param>
/// <param name="warmupSteps">The number w of steps of the warm-up.</param>
public sealed class CosineDecay(double initialLearningRate, int decaySteps, double alpha = 0, double? warmupTarget = null, int warmupSteps = 0) : LearningRateSchedule
{
    public double InitialLearningRate { get; } = NotNegative(initialLearningRate);
    public int DecaySteps { get; } = AtLeastOne(decaySteps);
    public double Alpha { get; } = NotNegative(alpha);
    public double? WarmupTarget { get; } = warmupTarget is { } target ? NotNegative(target, nameof(warmupTarget)) : null;
    public int WarmupSteps { get; } = Setting.Require(warmupSteps, warmupSteps >= 0, "zero or more");

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (WarmupTarget is not { } target || WarmupSteps == 0)
            return Decayed(step, WarmupTarget ?? InitialLearningRate);
        Tensor rising = InitialLearningRate + (step * ((target - InitialLearningRate) / WarmupSteps));
        return Tensor.Where(step.Less(WarmupSteps), rising, Decayed(step - WarmupSteps, target));
    }

    private Tensor Decayed(Tensor step, double from)
    {
        Tensor wave = (1 + (step.Clip(0, DecaySteps) * (Math.PI / DecaySteps)).Cos()) * 0.5;
        return ((wave * (1 - Alpha)) + Alpha) * from;
    }
}
