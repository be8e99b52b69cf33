using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// Falls like a cosine and starts again, in periods that become longer: within period i of n tMul^i steps, at the share p of it, the rate is r ((1 - alpha) mMul^i (1 + cos(pi
/// p)) / 2 + alpha). Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017. Keras: <c>CosineDecayRestarts</c>.
/// </summary>
/// <param name="initialLearningRate">The rate r of the first step.</param>
/// <param name="firstDecaySteps">The number n of steps of the first period.</param>
/// <param name="tMul">How much longer each period is than the one before, 1 or more.</param>
/// <param name="mMul">How high each period starts, as a share of the one before.</param>
/// <param name="alpha">The lowest rate as a share of the initial one.</param>
public sealed class CosineDecayRestarts(
    double initialLearningRate, int firstDecaySteps, [SettingName("t_mul")] double tMul = 2, [SettingName("m_mul")] double mMul = 1, double alpha = 0) : LearningRateSchedule
{
    public double InitialLearningRate { get; } = NotNegative(initialLearningRate);
    public int FirstDecaySteps { get; } = AtLeastOne(firstDecaySteps);
    public double TMul { get; } = Setting.Require(tMul, tMul >= 1 && double.IsFinite(tMul), "1 or more, and finite");
    public double MMul { get; } = NotNegative(mMul);
    public double Alpha { get; } = NotNegative(alpha);

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Tensor done = step / FirstDecaySteps, period, share;
        if (TMul == 1)
        {
            period = done.Floor();
            share = done - period;
        }
        else
        {
            // The first step of a period lies on a power of tMul, of which the logarithm may fall short: log 1000 / log 10 is 2.9999999999999996.
            period = (((done * (TMul - 1)) + 1).Log() * (1 / Math.Log(TMul)) + 1e-9).Floor();
            Tensor length = Tensor.Scalar(TMul).Pow(period);
            share = (done - ((length - 1) / (TMul - 1))) / length;
        }

        Tensor wave = (1 + (share * Math.PI).Cos()) * 0.5 * Tensor.Scalar(MMul).Pow(period);
        return ((wave * (1 - Alpha)) + Alpha) * InitialLearningRate;
    }
}
