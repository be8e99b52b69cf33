using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Lion, whose steps have one size everywhere: w -= r sign(b1 m + (1 - b1) g), then m = b2 m + (1 - b2) g. Rates are best a third to a tenth of Adam's. Chen et al., "Symbolic
/// discovery of optimization algorithms", 2023. Keras: <c>Lion</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="beta1">The share of the running mean in the step's direction; above 0, at most 1.</param>
/// <param name="beta2">The decay rate of the running mean.</param>
public sealed class Lion(
    LearningRateSchedule? learningRate = null, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.99) : RuleOptimizer(learningRate ?? 0.001)
{
    public double Beta1 { get; } = Setting.Require(beta1, beta1 is > 0 and <= 1, "above 0, at most 1");
    public double Beta2 { get; } = Share(beta2);

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(beta2);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("momentum", 0)];

    private protected override bool TakesMomentum => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step) => [rate, MomentumAt(step, Beta1)];

    private sealed record Step(double Beta2) : UpdateRule
    {
        public override string Name => "Lion step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), share = Constant<T>(tile.Scalars[1]), rest = Constant<T>(1 - tile.Scalars[1]), kept = Constant<T>(Beta2), added = Constant<T>(1 - Beta2);
            Span<Vector<T>> value = tile.Value, momentum = tile.Slot(0);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                Vector<T> direction = (momentum[i] * share) + (gradient * rest);
                // The sign of 0 is 0, and that of NaN is NaN.
                Vector<T> sign = Vector.ConditionalSelect(Vector.GreaterThan(direction, Vector<T>.Zero), Vector<T>.One,
                    Vector.ConditionalSelect(Vector.LessThan(direction, Vector<T>.Zero), -Vector<T>.One, direction));
                value[i] -= rate * sign;
                momentum[i] = (momentum[i] * kept) + (gradient * added);
            }
        }
    }
}
