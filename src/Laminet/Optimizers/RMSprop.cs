using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// RMSprop, which divides the gradient by a running root mean square: v = rho v + (1 - rho) g², w -= r g / sqrt(v + epsilon). If centered, the square of the running mean of
/// the gradient is first subtracted from v, but v never becomes negative. With momentum b: m = b m + step, w -= m. Tieleman and Hinton, "Lecture 6.5: rmsprop", 2012. Keras:
/// <c>RMSprop</c>; PyTorch: <c>optim.RMSprop</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="rho">The decay rate of the running mean.</param>
/// <param name="momentum">The momentum b, 0 to 1.</param>
/// <param name="epsilon">Keeps the divisor from 0; under the root.</param>
/// <param name="centered">Whether to divide by the deviation from the gradient's mean.</param>
public sealed class RMSprop(LearningRateSchedule? learningRate = null, double rho = 0.9, double momentum = 0, double epsilon = 1e-7, bool centered = false)
    : RuleOptimizer(learningRate ?? 0.001)
{
    private readonly Step plain = new(rho, HasMomentum: false, epsilon, centered), withMomentum = new(rho, HasMomentum: true, epsilon, centered);

    public double Rho { get; } = Setting.Require(rho, rho is >= 0 and <= 1, "0 to 1");
    public double Momentum { get; } = Setting.Require(momentum, momentum is >= 0 and <= 1, "0 to 1");
    public double Epsilon { get; } = Positive(epsilon);
    public bool Centered { get; } = centered;

    /// <inheritdoc/>
    protected override UpdateRule Rule => HasMomentum ? withMomentum : plain;

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => (HasMomentum, Centered) switch
    {
        (false, false) => [("velocity", 0)],
        (true, false) => [("velocity", 0), ("momentum", 0)],
        (false, true) => [("velocity", 0), ("average_gradient", 0)],
        _ => [("velocity", 0), ("momentum", 0), ("average_gradient", 0)],
    };

    private protected override bool TakesMomentum => true;

    private bool HasMomentum => Momentum > 0 || MomentumSchedule is not null;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step) => [rate, MomentumAt(step, Momentum)];

    private sealed record Step(double Rho, bool HasMomentum, double Epsilon, bool Centered) : UpdateRule
    {
        public override string Name => "RMSprop step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), kept = Constant<T>(Rho), added = Constant<T>(1 - Rho);
            Vector<T> momentum = Constant<T>(tile.Scalars[1]), epsilon = Constant<T>(Epsilon);
            Span<Vector<T>> value = tile.Value, velocity = tile.Slot(0);
            Span<Vector<T>> running = HasMomentum ? tile.Slot(1) : [], average = Centered ? tile.Slot(HasMomentum ? 2 : 1) : [];
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                Vector<T> square = velocity[i] = (kept * velocity[i]) + (added * gradient * gradient);
                if (Centered)
                {
                    average[i] = (kept * average[i]) + (added * gradient);
                    // A variance, but rounding takes it below zero where the gradient hardly changes.
                    square = Vector.Max(square - (average[i] * average[i]), Vector<T>.Zero);
                }

                Vector<T> step = rate * gradient / Vector.SquareRoot(square + epsilon);
                value[i] -= HasMomentum ? running[i] = (momentum * running[i]) + step : step;
            }
        }
    }
}
