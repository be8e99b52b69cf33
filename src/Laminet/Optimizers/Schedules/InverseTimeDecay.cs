using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>Falls with the inverse of time: r / (1 + d t / n). Keras: <c>InverseTimeDecay</c>.</summary>
/// <param name="initialLearningRate">The rate r of the first step.</param>
/// <param name="decaySteps">The number n of steps.</param>
/// <param name="decayRate">How fast the rate falls, d.</param>
/// <param name="staircase">Whether the rate changes every n steps at once, t / n rounded down, instead of a little in each step.</param>
public sealed class InverseTimeDecay(double initialLearningRate, int decaySteps, double decayRate, bool staircase = false) : LearningRateSchedule
{
    public double InitialLearningRate { get; } = NotNegative(initialLearningRate);
    public int DecaySteps { get; } = AtLeastOne(decaySteps);
    public double DecayRate { get; } = NotNegative(decayRate);
    public bool Staircase { get; } = staircase;

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor done = step / DecaySteps;
        return InitialLearningRate / (((Staircase ? done.Floor() : done) * DecayRate) + 1);
    }
}
