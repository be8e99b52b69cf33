using System.Numerics;
using Laminet.Configuration;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// Nadam, Adam with Nesterov's momentum: u_t = b1 (1 - 0.5 * 0.96^t), m += (g - m)(1 - b1), v += (g² - v)(1 - b2), and w -= r n / (sqrt(v / (1 - b2^t)) + epsilon) with n =
/// u_t+1 m / (1 - u_1 ... u_t+1) + (1 - u_t) g / (1 - u_1 ... u_t). Dozat, "Incorporating Nesterov momentum into Adam", 2016. Keras: <c>Nadam</c>; PyTorch: <c>optim.NAdam</c>.
/// </summary>
public sealed class Nadam : RuleOptimizer
{
    private readonly Variable product;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default. PyTorch's default is 0.002.</param>
    /// <param name="beta1">The decay rate of the running mean of the gradient.</param>
    /// <param name="beta2">The decay rate of the running mean of the squared gradient.</param>
    /// <param name="epsilon">Keeps the divisor from 0; outside the root.</param>
    public Nadam(
        LearningRateSchedule? learningRate = null, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.999, double epsilon = 1e-7)
        : base(learningRate ?? 0.001)
    {
        (Beta1, Beta2, Epsilon) = (Share(beta1), Share(beta2), Positive(epsilon));
        product = AddNumber("u_product", 1);
        Rule = new Step(beta2, epsilon);
    }

    public double Beta1 { get; }
    public double Beta2 { get; }
    public double Epsilon { get; }

    /// <inheritdoc/>
    protected override UpdateRule Rule { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [("momentum", 0), ("velocity", 0)];

    private protected override bool TakesMomentum => true;

    private protected override void Advance(Tensor step, Tensor? updates)
    {
        Tensor next = product.Value * Ahead(MomentumAt(step, Beta1), step);
        product.Assign(updates is null ? next : Tensor.Where(updates, next, product.Value));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        // PyTorch's momentum of the next step, too, is that of this step's beta 1.
        Tensor beta1 = MomentumAt(step, Beta1), next = Ahead(beta1, step + 1);
        return [rate, next / (1 - (product.Value * next)), (1 - Ahead(beta1, step)) / (1 - product.Value), 1 / Fresh(Beta2, step), beta1];
    }

    private static Tensor Ahead(Tensor beta1, Tensor step) => (1 - (Tensor.Scalar(0.96).Pow(step) * 0.5)) * beta1;

    private sealed record Step(double Beta2, double Epsilon) : UpdateRule
    {
        public override string Name => "Nadam step";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(tile.Scalars[0]), ofMomentum = Constant<T>(tile.Scalars[1]), ofGradient = Constant<T>(tile.Scalars[2]), correction = Constant<T>(tile.Scalars[3]);
            Vector<T> epsilon = Constant<T>(Epsilon), fresh = Constant<T>(1 - tile.Scalars[4]), freshSquare = Constant<T>(1 - Beta2);
            Span<Vector<T>> value = tile.Value, momentum = tile.Slot(0), velocity = tile.Slot(1);
            for (int i = 0; i < value.Length; i++)
            {
                Vector<T> gradient = tile.Gradient[i];
                momentum[i] += (gradient - momentum[i]) * fresh;
                velocity[i] += ((gradient * gradient) - velocity[i]) * freshSquare;
                Vector<T> step = (ofMomentum * momentum[i]) + (ofGradient * gradient);
                value[i] -= rate * step / (Vector.SquareRoot(velocity[i] * correction) + epsilon);
            }
        }
    }
}
