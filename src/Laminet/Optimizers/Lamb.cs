using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <summary>
/// Lamb, Adam with steps in proportion to the size of each variable, for large batches: m and v as in <see cref="Adam"/>, u = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) +
/// epsilon), w -= r |w| / |u| u, where the ratio of the norms is 1 if one of them is 0. You et al., "Large batch optimization for deep learning: training BERT in 76 minutes",
/// 2020. Keras: <c>Lamb</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="beta1">The decay rate of the running mean of the gradient.</param>
/// <param name="beta2">The decay rate of the running mean of the squared gradient.</param>
/// <param name="epsilon">Keeps the divisor from 0; outside the root.</param>
public sealed class Lamb(
    LearningRateSchedule? learningRate = null, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.999, double epsilon = 1e-7)
    : Optimizer(learningRate ?? 0.001)
{
    public double Beta1 { get; } = Share(beta1);
    public double Beta2 { get; } = Share(beta2);
    public double Epsilon { get; } = Positive(epsilon);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("momentum", 0), ("velocity", 0)];

    private protected override bool TakesMomentum => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        Tensor beta1 = MomentumAt(step, Beta1);
        return [rate, 1 / Fresh(beta1, step), 1 / Fresh(Beta2, step), 1 - beta1];
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ArgumentNullException.ThrowIfNull(slots);
        ArgumentNullException.ThrowIfNull(scalars);
        Tensor clipped = Clipped(gradient, scalars), value = Decayed(variable, scalars), momentum = slots[0].Value, velocity = slots[1].Value;
        momentum += (clipped - momentum) * Scalar(6);
        velocity += (clipped.Square() - velocity) * (1 - Beta2);
        slots[0].Assign(momentum);
        slots[1].Assign(velocity);
        Tensor step = momentum * Scalar(4) / ((velocity * Scalar(5)).Sqrt() + Epsilon);
        Tensor size = Norm(value), length = Norm(step);
        Tensor ratio = Tensor.Where(size.Greater(0).And(length.Greater(0)), size / length, Tensor.Scalar(1.0));
        variable.Assign(value - (step * (ratio * scalars.At(3)).Cast(variable.DType)));

        Tensor Scalar(int place) => scalars.At(place).Cast(variable.DType);

        static Tensor Norm(Tensor tensor) => Clipping.GlobalNorm([tensor]);
    }
}
