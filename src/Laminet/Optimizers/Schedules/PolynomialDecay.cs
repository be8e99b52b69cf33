using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// Falls like a power from the initial rate r to the end rate e: (r - e) (1 - t / n)^p + e, and stays there after n steps. If it cycles, n grows to its next multiple instead,
/// so that the rate falls again from a higher value. Keras: <c>PolynomialDecay</c>.
/// </summary>
/// <param name="initialLearningRate">The rate r of the first step.</param>
/// <param name="decaySteps">The number n of steps.</param>
/// <param name="endLearningRate">The last rate e.</param>
/// <param name="power">The power p; 1 for a straight line.</param>
/// <param name="cycle">Whether the rate rises again after n steps.</param>
public sealed class PolynomialDecay(double initialLearningRate, int decaySteps, double endLearningRate = 0.0001, double power = 1, bool cycle = false) : LearningRateSchedule
{
    public double InitialLearningRate { get; } = NotNegative(initialLearningRate);
    public int DecaySteps { get; } = AtLeastOne(decaySteps);
    public double EndLearningRate { get; } = NotNegative(endLearningRate);
    public double Power { get; } = Setting.Require(power, power > 0 && double.IsFinite(power), "above 0, and finite");
    public bool Cycle { get; } = cycle;

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor done = step / DecaySteps;
        Tensor share = Cycle ? done / done.Ceiling().Maximum(Tensor.Scalar(1.0)) : done.Clip(0, 1);
        return ((1 - share).Pow(Power) * (InitialLearningRate - EndLearningRate)) + EndLearningRate;
    }
}
