using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Resilient backpropagation, for full batches: each element has a step size of its own, which grows by etaPlus while its gradient keeps its sign and shrinks by etaMinus where
/// the sign changes; then the element stays once. w -= size sign(g). The numbers are those of PyTorch's Rprop. Riedmiller and Braun, "A direct adaptive method for faster
/// backpropagation learning", 1993. PyTorch: <c>optim.Rprop</c>.
/// </summary>
/// <param name="learningRate">The first step size, a number or a schedule; 0.01 by default. Later steps do not use it.</param>
/// <param name="etaMinus">The factor of a step size where the sign of the gradient changes; above 0 and below 1.</param>
/// <param name="etaPlus">The factor where it stays; above 1.</param>
/// <param name="minStepSize">The smallest step size.</param>
/// <param name="maxStepSize">The largest step size.</param>
public sealed class Rprop(LearningRateSchedule? learningRate = null, double etaMinus = 0.5, double etaPlus = 1.2, double minStepSize = 1e-6, double maxStepSize = 50)
    : RuleOptimizer(learningRate ?? 0.01)
{
    public double EtaMinus { get; } = Setting.Require(etaMinus, etaMinus is > 0 and < 1, "above 0 and below 1");
    public double EtaPlus { get; } = Setting.Require(etaPlus, etaPlus > 1 && double.IsFinite(etaPlus), "above 1");
    public double MinStepSize { get; } = Positive(minStepSize);
    public double MaxStepSize { get; } = Setting.Require(maxStepSize, maxStepSize >= minStepSize && double.IsFinite(maxStepSize), "at least the smallest step size, and finite");

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; } = new Step(etaMinus, etaPlus, minStepSize, maxStepSize);

    // An element that has made no step yet has the size NaN.
    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("previous", 0), ("step_size", double.NaN)];

    private sealed record Step(double EtaMinus, double EtaPlus, double MinStepSize, double MaxStepSize) : UpdateRule
    {
        public override string Name => "Rprop step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), less = Constant<T>(EtaMinus), more = Constant<T>(EtaPlus), least = Constant<T>(MinStepSize), most = Constant<T>(MaxStepSize);
            Span<Vector<T>> value = tile.Value, previous = tile.Slot(0), size = tile.Slot(1);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i], agreement = gradient * previous[i];
                Vector<T> before = Vector.ConditionalSelect(Vector.Equals(size[i], size[i]), size[i], rate);
                Vector<T> turns = Vector.LessThan(agreement, Vector<T>.Zero);
                Vector<T> factor = Vector.ConditionalSelect(turns, less, Vector.ConditionalSelect(Vector.GreaterThan(agreement, Vector<T>.Zero), more, Vector<T>.One));
                size[i] = Vector.Min(Vector.Max(before * factor, least), most);
                gradient = Vector.ConditionalSelect(turns, Vector<T>.Zero, gradient);
                previous[i] = gradient;
                Vector<T> step = Vector.ConditionalSelect(Vector.GreaterThan(gradient, Vector<T>.Zero), size[i],
                    Vector.ConditionalSelect(Vector.LessThan(gradient, Vector<T>.Zero), -size[i], gradient));
                value[i] -= step;
            }
        }
    }
}
