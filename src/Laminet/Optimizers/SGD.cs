using System.Numerics;
using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Gradient descent: w -= r g with learning rate r; with momentum b: v = b v - r g, w += v, and with Nesterov's look-ahead
/// w += b v - r g. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013.
/// </summary>
public sealed class SGD : Optimizer
{
    private readonly double momentum;
    private readonly bool nesterov;
    private readonly UpdateRule rule;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">The size of a step.</param>
    /// <param name="momentum">The share of the last step that is taken again; 0 to 1.</param>
    /// <param name="nesterov">Whether the momentum looks ahead.</param>
    public SGD(double learningRate = 0.01, double momentum = 0, bool nesterov = false) : base(learningRate)
    {
        this.momentum = momentum is >= 0 and <= 1
            ? momentum
            : throw new ArgumentOutOfRangeException(nameof(momentum), $"Received the momentum {momentum}; it lies in 0 to 1.");
        this.nesterov = nesterov;
        rule = momentum == 0 ? new Plain() : new WithMomentum(momentum, nesterov);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => momentum > 0 ? [("momentum", 0)] : [];

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["momentum"] = momentum;
        config["nesterov"] = nesterov;
        return config;
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) =>
        rule.Apply(variable, gradient, slots, scalars);

    internal static SGD FromConfig(JsonObject config) => Configured(
        new SGD(config.Get("learning_rate", 0.01), config.Get("momentum", 0.0), config.Get("nesterov", false)), config);

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

    private sealed record WithMomentum(double Momentum, bool Nesterov) : UpdateRule
    {
        public override string Name => "SGD step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), kept = Constant<T>(Momentum);
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
