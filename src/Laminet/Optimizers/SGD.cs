using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Gradient descent: w -= r g with learning rate r. With momentum b: v = b v - r g, w += v. With Nesterov momentum: w += b v - r g. Sutskever et al., "On the importance of
/// initialization and momentum in deep learning", 2013. Keras: <c>SGD</c>; PyTorch: <c>optim.SGD</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.01 by default.</param>
/// <param name="momentum">The momentum b, 0 to 1.</param>
/// <param name="nesterov">Whether to use Nesterov momentum.</param>
public sealed class SGD(LearningRateSchedule? learningRate = null, double momentum = 0, bool nesterov = false) : RuleOptimizer(learningRate ?? 0.01)
{
    private readonly Plain plain = new();
    private readonly WithMomentum withMomentum = new(nesterov);

    public double Momentum { get; } = Setting.Require(momentum, momentum is >= 0 and <= 1, "0 to 1");
    public bool Nesterov { get; } = nesterov;

    /// <inheritdoc/>
    protected override UpdateRule Rule => HasMomentum ? withMomentum : plain;

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => HasMomentum ? [("momentum", 0)] : [];

    private protected override bool TakesMomentum => true;

    private bool HasMomentum => Momentum > 0 || MomentumSchedule is not null;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step) => HasMomentum ? [rate, MomentumAt(step, Momentum)] : [rate];

    private sealed record Plain : UpdateRule
    {
        public override string Name => "SGD step";

        public override bool LeavesZeroGradientsAlone => true;

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]);
            Span<Vector<T>> value = tile.Value;
            for (int i = 0; i < value.Length; i++)
                value[i] -= tile.Gradient[i] * rate;
        }
    }

    private sealed record WithMomentum(bool Nesterov) : UpdateRule
    {
        public override string Name => "SGD step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), kept = Constant<T>(tile.Scalars[1]);
            Span<Vector<T>> value = tile.Value, velocity = tile.Slot(0);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> step = tile.Gradient[i] * rate;
                velocity[i] = (velocity[i] * kept) - step;
                value[i] += Nesterov ? (velocity[i] * kept) - step : velocity[i];
            }
        }
    }
}
