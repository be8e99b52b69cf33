using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Adadelta, whose steps have the unit of the variable: a = rho a + (1 - rho) g², d = -g sqrt(b + epsilon) / sqrt(a + epsilon), b = rho b + (1 - rho) d², w += r d. Zeiler,
/// "ADADELTA: an adaptive learning rate method", 2012 (there r = 1). Keras: <c>Adadelta</c>; PyTorch: <c>optim.Adadelta</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="rho">The decay rate of the running means.</param>
/// <param name="epsilon">Keeps the divisor from 0; under the roots.</param>
public sealed class Adadelta(LearningRateSchedule? learningRate = null, double rho = 0.95, double epsilon = 1e-7) : RuleOptimizer(learningRate ?? 0.001)
{
    public double Rho { get; } = Setting.Require(rho, rho is >= 0 and <= 1, "0 to 1");
    public double Epsilon { get; } = Positive(epsilon);

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(rho, epsilon);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("accumulated_gradient", 0), ("accumulated_delta", 0)];

    private sealed record Step(double Rho, double Epsilon) : UpdateRule
    {
        public override string Name => "Adadelta step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), epsilon = Constant<T>(Epsilon);
            Vector<T> kept = Constant<T>(Rho), added = Constant<T>(1 - Rho);
            Span<Vector<T>> value = tile.Value, gradients = tile.Slot(0), deltas = tile.Slot(1);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                gradients[i] = (kept * gradients[i]) + (added * gradient * gradient);
                Vector<T> delta = gradient * Vector.SquareRoot(deltas[i] + epsilon) / Vector.SquareRoot(gradients[i] + epsilon);
                deltas[i] = (kept * deltas[i]) + (added * delta * delta);
                value[i] -= rate * delta;
            }
        }
    }
}
