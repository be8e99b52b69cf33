using System.Numerics;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>The base class of <see cref="Adam"/> and <see cref="AdamW"/>: steps that use running means of the gradient and of its square.</summary>
/// <param name="learningRate">The size of a step: a number or a schedule.</param>
/// <param name="beta1">The decay rate of the running mean of the gradient.</param>
/// <param name="beta2">The decay rate of the running mean of the squared gradient.</param>
/// <param name="epsilon">Keeps the divisor from 0; outside the root. PyTorch's default is 1e-8.</param>
/// <param name="amsgrad">Whether the divisor may not shrink: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.</param>
/// <param name="lazy">Whether an element whose gradient is 0 keeps its value and its means.</param>
public abstract class AdaptiveMoments(LearningRateSchedule learningRate, double beta1, double beta2, double epsilon, bool amsgrad, bool lazy) : RuleOptimizer(learningRate)
{
    public double Beta1 { get; } = Share(beta1);
    public double Beta2 { get; } = Share(beta2);
    public double Epsilon { get; } = Positive(epsilon);
    public bool Amsgrad { get; } = amsgrad;

    /// <inheritdoc/>
    protected sealed override UpdateRule Rule { get; } = new Step(beta2, epsilon, amsgrad, lazy);

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<(string Name, double Start)> Slots =>
        Amsgrad ? [("momentum", 0), ("velocity", 0), ("velocity_hat", 0)] : [("momentum", 0), ("velocity", 0)];

    private protected sealed override bool TakesMomentum => true;

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        Tensor beta1 = MomentumAt(step, Beta1);
        // Both running means start at 0; alpha holds the correction of either.
        return [rate * Fresh(Beta2, step).Sqrt() / Fresh(beta1, step), beta1];
    }

    /// <summary>The numbers of a step, for an optimizer that takes Adam's step with some of its variables.</summary>
    internal IReadOnlyList<Tensor> Numbers(Tensor rate, Tensor step) => Scalars(rate, step);

    /// <summary>A step of one variable, for the same.</summary>
    internal void Change(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) => Rule.Apply(variable, gradient, slots, scalars);

    private sealed record Step(double Beta2, double Epsilon, bool Amsgrad, bool Lazy) : UpdateRule
    {
        public override string Name => "Adam step";

        public override bool LeavesZeroGradientsAlone => Lazy;

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> alpha = Constant<T>(tile.Scalars[0]), epsilon = Constant<T>(Epsilon);
            Vector<T> fresh = Constant<T>(1 - tile.Scalars[1]), freshSquare = Constant<T>(1 - Beta2);
            ReadOnlySpan<Vector<T>> gradients = tile.Gradient;
            Span<Vector<T>> value = tile.Value, momentum = tile.Slot(0), velocity = tile.Slot(1), largest = tile.Slot(2);
            for (int i = 0; i < gradients.Length; i++)
            {
                Vector<T> gradient = gradients[i];
                Vector<T> still = Lazy ? Vector.Equals(gradient, Vector<T>.Zero) : Vector<T>.Zero;
                Vector<T> mean = momentum[i] + ((gradient - momentum[i]) * fresh);
                Vector<T> square = velocity[i] + (((gradient * gradient) - velocity[i]) * freshSquare);
                momentum[i] = Vector.ConditionalSelect(still, momentum[i], mean);
                velocity[i] = Vector.ConditionalSelect(still, velocity[i], square);
                if (Amsgrad)
                {
                    square = Vector.Max(largest[i], square);
                    largest[i] = Vector.ConditionalSelect(still, largest[i], square);
                }

                value[i] = Vector.ConditionalSelect(still, value[i], value[i] - (mean * alpha / (Vector.SquareRoot(square) + epsilon)));
            }
        }
    }
}
