using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Adamax, Adam with the largest gradient in place of the mean square: m += (g - m)(1 - b1), u = max(b2 u, |g|), w -= r / (1 - b1^t) m / (u + epsilon). Kingma and Ba, "Adam: a
/// method for stochastic optimization", 2015, section 7.1. Keras: <c>Adamax</c>; PyTorch: <c>optim.Adamax</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default. PyTorch's default is 0.002.</param>
/// <param name="beta1">The decay rate of the running mean of the gradient.</param>
/// <param name="beta2">The decay rate of the largest gradient.</param>
/// <param name="epsilon">Keeps the divisor from 0.</param>
public sealed class Adamax(
    LearningRateSchedule? learningRate = null, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.999, double epsilon = 1e-7)
    : RuleOptimizer(learningRate ?? 0.001)
{
    public double Beta1 { get; } = Share(beta1);
    public double Beta2 { get; } = Share(beta2);
    public double Epsilon { get; } = Positive(epsilon);

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(beta2, epsilon);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("momentum", 0), ("norm", 0)];

    private protected override bool TakesMomentum => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        Tensor beta1 = MomentumAt(step, Beta1);
        return [rate / Fresh(beta1, step), beta1];
    }

    private sealed record Step(double Beta2, double Epsilon) : UpdateRule
    {
        public override string Name => "Adamax step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> alpha = Constant<T>(tile.Scalars[0]), epsilon = Constant<T>(Epsilon), fresh = Constant<T>(1 - tile.Scalars[1]), kept = Constant<T>(Beta2);
            Span<Vector<T>> value = tile.Value, momentum = tile.Slot(0), norm = tile.Slot(1);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                momentum[i] += (gradient - momentum[i]) * fresh;
                norm[i] = Vector.Max(kept * norm[i], Vector.Abs(gradient));
                value[i] -= alpha * momentum[i] / (norm[i] + epsilon);
            }
        }
    }
}
