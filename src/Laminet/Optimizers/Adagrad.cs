using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Adagrad, whose steps shrink where gradients were large: a += g², w -= r g / sqrt(a + epsilon). Where g is 0 nothing changes, even if a and epsilon are 0 too. Duchi, Hazan
/// and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011. Keras: <c>Adagrad</c>; PyTorch: <c>optim.Adagrad</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="initialAccumulatorValue">The initial value of the sums of squares; not negative.</param>
/// <param name="epsilon">Keeps the divisor from 0; under the root.</param>
public sealed class Adagrad(LearningRateSchedule? learningRate = null, double initialAccumulatorValue = 0.1, double epsilon = 1e-7) : RuleOptimizer(learningRate ?? 0.001)
{
    public double InitialAccumulatorValue { get; } = Setting.Require(initialAccumulatorValue, initialAccumulatorValue >= 0, "zero or more");
    public double Epsilon { get; } = Positive(epsilon);

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(epsilon);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("accumulator", InitialAccumulatorValue)];

    private sealed record Step(double Epsilon) : UpdateRule
    {
        public override string Name => "Adagrad step";

        public override bool LeavesZeroGradientsAlone => true;

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), epsilon = Constant<T>(Epsilon);
            Span<Vector<T>> value = tile.Value, accumulator = tile.Slot(0);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                accumulator[i] += gradient * gradient;
                Vector<T> step = rate * gradient / Vector.SquareRoot(accumulator[i] + epsilon);
                value[i] -= Vector.ConditionalSelect(Vector.Equals(gradient, Vector<T>.Zero), Vector<T>.Zero, step);
            }
        }
    }
}
