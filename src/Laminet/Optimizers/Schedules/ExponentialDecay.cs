using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>Multiplies the rate by a factor d every n steps: r d^(t / n). Keras: <c>ExponentialDecay</c>.</summary>
/// <param name="initialLearningRate">The rate r of the first step.</param>
/// <param name="decaySteps">The number n of steps.</param>
/// <param name="decayRate">The factor d.</param>
/// <param name="staircase">Whether the rate changes every n steps at once, t / n rounded down, instead of a little in each step.</param>
public sealed class ExponentialDecay(double initialLearningRate, int decaySteps, double decayRate, bool staircase = false) : LearningRateSchedule
{
    public double InitialLearningRate { get; } = NotNegative(initialLearningRate);
    public int DecaySteps { get; } = AtLeastOne(decaySteps);
    public double DecayRate { get; } = Setting.Require(decayRate, decayRate > 0 && double.IsFinite(decayRate), "above 0, and finite");
    public bool Staircase { get; } = staircase;

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor done = step / DecaySteps;
        return Tensor.Scalar(DecayRate).Pow(Staircase ? done.Floor() : done) * InitialLearningRate;
    }
}
