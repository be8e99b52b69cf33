using System.Numerics;
using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>What <see cref="Adam"/> and <see cref="AdamW"/> share: steps by running means of the gradient and of its square.</summary>
public abstract class AdaptiveMoments : Optimizer
{
    private readonly double beta1;
    private readonly double beta2;
    private readonly double epsilon;
    private readonly bool amsgrad;
    private readonly Rule rule;

    private protected AdaptiveMoments(double learningRate, double beta1, double beta2, double epsilon, bool amsgrad, bool lazy = false) : base(learningRate)
    {
        this.beta1 = Share(beta1, nameof(beta1));
        this.beta2 = Share(beta2, nameof(beta2));
        (this.epsilon, this.amsgrad) = (epsilon, amsgrad);
        rule = new Rule(beta1, beta2, epsilon, amsgrad, lazy);
    }

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<(string Name, double Start)> Slots =>
        amsgrad ? [("momentum", 0), ("velocity", 0), ("velocity_hat", 0)] : [("momentum", 0), ("velocity", 0)];

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["beta_1"] = beta1;
        config["beta_2"] = beta2;
        config["epsilon"] = epsilon;
        config["amsgrad"] = amsgrad;
        return config;
    }

    /// <inheritdoc/>
    protected sealed override IReadOnlyList<Tensor> Scalars(Tensor rate, Tensor step)
    {
        ArgumentNullException.ThrowIfNull(rate);
        ArgumentNullException.ThrowIfNull(step);
        // Both running means start at 0; alpha holds the correction of either.
        return [rate * (1 - Power(beta2, step)).Sqrt() / (1 - Power(beta1, step))];

        static Tensor Power(double beta, Tensor step) => Tensor.Scalar(beta).Pow(step);
    }

    /// <inheritdoc/>
    protected sealed override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) =>
        rule.Apply(variable, gradient, slots, scalars);

    private static double Share(double value, string name) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, $"Received {name} = {value}; it lies in 0 to 1, without 1.");

    private sealed record Rule(double Beta1, double Beta2, double Epsilon, bool Amsgrad, bool Lazy) : UpdateRule
    {
        public override string Name => "Adam step";

        public override bool LeavesZeroGradientsAlone => Lazy;

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> alpha = Constant<T>(tile.Scalars[0]), epsilon = Constant<T>(Epsilon);
            Vector<T> fresh = Constant<T>(1 - Beta1), freshSquare = Constant<T>(1 - Beta2);
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
