using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Follow the regularized leader, which sets weights to exactly 0 where l1 demands it: n += g², z += g + 2 s w - (n^-p - n_before^-p) w / r and w = (clip(z, -l1, l1) - z) /
/// (n^-p / r + 2 l2 + beta / r) with the power p. McMahan et al., "Ad click prediction: a view from the trenches", 2013. Keras: <c>Ftrl</c>.
/// </summary>
/// <param name="learningRate">The size of a step, above 0, a number or a schedule; 0.001 by default.</param>
/// <param name="learningRatePower">The power p, at most 0: how the step shrinks with the sum of squares; 0 for not at all.</param>
/// <param name="initialAccumulatorValue">The initial value of the sums n; not negative.</param>
/// <param name="l1RegularizationStrength">The strength l1.</param>
/// <param name="l2RegularizationStrength">The strength l2.</param>
/// <param name="l2ShrinkageRegularizationStrength">The strength s of a penalty on the weights' size; unlike l2 it acts on the gradient.</param>
/// <param name="beta">Adds beta / (2 r) to l2.</param>
public sealed class Ftrl(
    LearningRateSchedule? learningRate = null, double learningRatePower = -0.5, double initialAccumulatorValue = 0.1, [SettingName("l1_regularization_strength")] double l1RegularizationStrength = 0,
    [SettingName("l2_regularization_strength")] double l2RegularizationStrength = 0,
    [SettingName("l2_shrinkage_regularization_strength")] double l2ShrinkageRegularizationStrength = 0, double beta = 0) : RuleOptimizer(learningRate ?? 0.001)
{
    public double LearningRatePower { get; } = Setting.Require(learningRatePower, learningRatePower <= 0 && double.IsFinite(learningRatePower), "zero or less");
    public double InitialAccumulatorValue { get; } = Positive(initialAccumulatorValue);
    public double L1RegularizationStrength { get; } = Positive(l1RegularizationStrength);
    public double L2RegularizationStrength { get; } = Positive(l2RegularizationStrength);
    public double L2ShrinkageRegularizationStrength { get; } = Positive(l2ShrinkageRegularizationStrength);
    public double Beta { get; } = Positive(beta);

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(learningRatePower, l1RegularizationStrength, l2RegularizationStrength, l2ShrinkageRegularizationStrength, beta);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("accumulator", InitialAccumulatorValue), ("linear", 0)];

    private sealed record Step(double Power, double L1, double L2, double Shrinkage, double Beta) : UpdateRule
    {
        public override string Name => "FTRL step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            double rate = tile.Scalars[0];
            // A step of no size changes nothing; below, the rate is a divisor.
            if (rate == 0)
                return;
            Vector<T> inverse = Constant<T>(1 / rate), shrinkage = Constant<T>(2 * Shrinkage), least = Constant<T>(-L1), most = Constant<T>(L1);
            Vector<T> quadratic = Constant<T>((2 * L2) + (Beta / rate));
            Span<Vector<T>> value = tile.Value, accumulator = tile.Slot(0), linear = tile.Slot(1);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                Vector<T> before = Root(accumulator[i]), sum = accumulator[i] += gradient * gradient, after = Root(sum);
                linear[i] += gradient + (shrinkage * value[i]) - ((after - before) * inverse * value[i]);
                Vector<T> clipped = Vector.Min(Vector.Max(linear[i], least), most);
                value[i] = (clipped - linear[i]) / ((after * inverse) + quadratic);
            }
        }

        private Vector<T> Root<T>(Vector<T> sum) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (Power == -0.5)
                return Vector.SquareRoot(sum);
            Span<T> powers = stackalloc T[Vector<T>.Count];
            for (int i = 0; i < powers.Length; i++)
                powers[i] = T.CreateTruncating(Math.Pow(double.CreateTruncating(sum[i]), -Power));
            return new Vector<T>(powers);
        }
    }
}
