using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Adam that needs no schedule: it takes the gradient at y, a point between the fast sequence z and the average x of all z, and the weights are y: v += (g² - v)(1 - b2), z -=
/// r g / (sqrt(v / (1 - b2^t)) + epsilon), x += (z - x) / t, y = (1 - b1) z + b1 x. Defazio et al., "The road less scheduled", 2024. Keras: <c>ScheduleFreeAdamW</c>.
/// </summary>
/// <remarks>In the paper, x is used after training; as in Keras, this class leaves the weights at y, which ends near it.</remarks>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.0025 by default.</param>
/// <param name="beta1">The share b1 of the average in the weights; above 0 and below 1.</param>
/// <param name="beta2">The decay rate of the running mean of the squared gradient.</param>
/// <param name="epsilon">Keeps the divisor from 0; outside the root.</param>
/// <param name="warmupSteps">The number of steps over which the rate rises linearly to its value.</param>
public sealed class ScheduleFreeAdamW(
    LearningRateSchedule? learningRate = null, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.999, double epsilon = 1e-8,
    int warmupSteps = 0) : RuleOptimizer(learningRate ?? 0.0025)
{
    public double Beta1 { get; } = Setting.Require(beta1, beta1 is > 0 and < 1, "above 0 and below 1");
    public double Beta2 { get; } = Share(beta2);
    public double Epsilon { get; } = Positive(epsilon);
    public int WarmupSteps { get; } = Setting.Require(warmupSteps, warmupSteps >= 0, "zero or more");

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(beta1, beta2, epsilon);

    // The fast sequence starts at the weight, after the first decay; NaN stands for it.
    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("momentum", double.NaN), ("velocity", 0)];

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        return [WarmupSteps > 0 ? rate * (step / WarmupSteps).Minimum(Tensor.Scalar(1.0)) : rate, 1 / Fresh(Beta2, step), 1 / step];
    }

    private sealed record Step(double Beta1, double Beta2, double Epsilon) : UpdateRule
    {
        public override string Name => "Schedule-free step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), correction = Constant<T>(tile.Scalars[1]), weight = Constant<T>(tile.Scalars[2]), rest = Constant<T>(1 - tile.Scalars[2]);
            Vector<T> share = Constant<T>(Beta1), fast = Constant<T>(1 - Beta1), freshSquare = Constant<T>(1 - Beta2), epsilon = Constant<T>(Epsilon);
            Span<Vector<T>> value = tile.Value, momentum = tile.Slot(0), velocity = tile.Slot(1);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                Vector<T> before = Vector.ConditionalSelect(Vector.Equals(momentum[i], momentum[i]), momentum[i], value[i]);
                velocity[i] += ((gradient * gradient) - velocity[i]) * freshSquare;
                Vector<T> after = momentum[i] = before - (rate * gradient / (Vector.SquareRoot(velocity[i] * correction) + epsilon));
                Vector<T> average = (value[i] - (fast * before)) / share;
                average = (rest * average) + (weight * after);
                value[i] = (fast * after) + (share * average);
            }
        }
    }
}
