using Laminet.Configuration;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// A small Boltzmann machine, computed exactly: units s of 0 and 1, some of them visible and the rest hidden, each connected with each other. p(s) = exp(-E(s)) / Z with E(s) = -½ sᵀ W s - b s, W symmetric with zeros on the
/// diagonal. The gradient of the mean log-likelihood of visible states by W_ij is ⟨s_i s_j⟩ with the visible units held at the data, minus ⟨s_i s_j⟩ of the free machine; both means are taken over all states, so it has at most 20 units.
/// Ackley, Hinton, Sejnowski: A learning algorithm for Boltzmann machines, 1985.
/// </summary>
public sealed class BoltzmannMachine : IHasState
{
    private const int MostUnits = 20;

    private readonly Tensor states;
    private readonly CompiledFunction sweep;

    /// <summary>A machine with small random weights and biases of 0.</summary>
    /// <param name="visible">How many visible units: the first ones.</param>
    /// <param name="hidden">How many hidden units.</param>
    /// <param name="seed">Names the first weights: normally distributed with deviation 0.1.</param>
    public BoltzmannMachine(int visible, int hidden = 0, ulong seed = 0)
    {
        Visible = Setting.Require(visible, visible >= 1, "1 or more");
        Setting.Require(hidden, hidden >= 0 && visible + hidden <= MostUnits, $"0 or more, and at most {MostUnits} units in all, since all their states are counted. A {nameof(RestrictedBoltzmannMachine)} may be larger");
        int units = visible + hidden;
        Tensor half = new RandomKey(seed).Normal([units, units], deviation: 0.1 / Math.Sqrt(2), dtype: DType.Float64) * Others(units);
        Weights = new(half + half.Transpose(), "weights");
        Biases = new(Tensor.Zeros([units], DType.Float64), "biases");
        states = Tensor.Concatenate([.. BinaryStates.All(units)], 0);
        sweep = Function.Compile(inputs => [Swept(inputs[0], RandomKey.From(inputs[1]))], "sweep");
    }

    /// <summary>How many visible units.</summary>
    public int Visible { get; }

    /// <summary>How many units.</summary>
    public int Units => Biases.Shape[0];

    /// <summary>W, Float64 (units, units).</summary>
    public Variable Weights { get; }

    /// <summary>b, Float64 (units,).</summary>
    public Variable Biases { get; }

    IEnumerable<(string Name, Variable Variable)> IHasState.State => [(Weights.Name, Weights), (Biases.Name, Biases)];

    /// <summary>E(s), (states,).</summary>
    /// <param name="all">States of all units, Float64 (states, units).</param>
    public Tensor Energy(Tensor all)
    {
        if (all.Rank != 2 || all.Shape[1] != Units || all.DType != DType.Float64)
            throw new ShapeException($"{nameof(BoltzmannMachine)}: received states of {all.Spec}; expected Float64 of shape (states, {Units}).");
        return -((0.5 * (all.MatMul(Weights.Value) * all).Sum(1)) + (all * Biases.Value).Sum(1));
    }

    /// <summary>log Z, a scalar.</summary>
    public Tensor LogPartition() => (-Energy(states)).LogSumExp();

    /// <summary>log p(v) of each example, (examples,).</summary>
    /// <param name="visible">Float64 (examples, visible).</param>
    public Tensor LogLikelihood(Tensor visible)
    {
        Tensor clamped = Clamped(visible);
        return (-Energy(clamped)).Reshape([visible.Shape[0], -1]).LogSumExp(1) - LogPartition();
    }

    /// <summary>The gradient of the mean log-likelihood by W, taken as one number for W_ij and W_ji, and by b.</summary>
    /// <param name="visible">Float64 (examples, visible).</param>
    public (Tensor Weights, Tensor Biases) Gradient(Tensor visible)
    {
        Tensor clamped = Clamped(visible);
        Tensor held = (-Energy(clamped)).Reshape([visible.Shape[0], -1]).Softmax().Reshape(-1) / visible.Shape[0], free = (-Energy(states)).Softmax();
        return ((Means(clamped, held) - Means(states, free)) * Others(Units), (clamped * held.ExpandDims(-1)).Sum(0) - (states * free.ExpandDims(-1)).Sum(0));

        // Σ p(s) s sᵀ.
        static Tensor Means(Tensor all, Tensor probabilities) => (all * probabilities.ExpandDims(-1)).MatMul(all, transposeThis: true);
    }

    /// <summary>Climbs the mean log-likelihood of examples by its gradient.</summary>
    /// <param name="visible">Float64 (examples, visible).</param>
    /// <param name="optimizer">Applies the gradients.</param>
    /// <param name="steps">How many steps.</param>
    /// <returns>The mean log-likelihood before the last step.</returns>
    public double Fit(Tensor visible, Optimizer optimizer, int steps)
    {
        Setting.Require(steps, steps >= 1, "1 or more");
        if (!visible.GreaterEqual(0).And(visible.LessEqual(1)).All().Item<bool>())
            throw new ArgumentException($"{nameof(BoltzmannMachine)}: received examples with numbers that are not from 0 to 1; expected 0 and 1.", nameof(visible));
        CompiledFunction climb = Function.Compile(
            inputs =>
            {
                Tensor likelihood = LogLikelihood(inputs[0]).Mean();
                (Tensor weights, Tensor biases) = Gradient(inputs[0]);
                optimizer.Apply([-weights, -biases], [Weights, Biases]);
                return [likelihood];
            },
            "climb");
        double last = 0;
        for (int step = 0; step < steps; step++)
            last = climb.Call(visible)[0].ToDouble();
        return last;
    }

    /// <summary>States after Gibbs sampling: one unit after another is drawn given all others, p(s_i = 1) = sigmoid(b_i + Σ_j W_ij s_j).</summary>
    /// <param name="all">The first states of all units, Float64 (states, units).</param>
    /// <param name="sweeps">How often each unit is drawn.</param>
    /// <param name="key">Names the random numbers.</param>
    public Tensor Sample(Tensor all, int sweeps, RandomKey key)
    {
        Setting.Require(sweeps, sweeps >= 1, "1 or more");
        _ = Energy(all);
        for (int number = 0; number < sweeps; number++)
            all = sweep.Call(all, key.Fold((ulong)number).AsTensor())[0];
        return all;
    }

    // Each unit drawn in turn.
    private Tensor Swept(Tensor now, RandomKey key)
    {
        Tensor[] units = [.. Tensor.Identity(Units, DType.Float64).Split(Units, 0)];
        for (int unit = 0; unit < Units; unit++)
        {
            Tensor chance = (now.MatMul(Weights.Value.Slice(unit, unit + 1), transposeOther: true) + Biases.Value.At(unit)).Sigmoid();
            now = (now * (1 - units[unit])) + (RestrictedBoltzmannMachine.Draw(chance, key.Fold((ulong)unit)) * units[unit]);
        }

        return now;
    }

    private static Tensor Others(int units) => 1 - Tensor.Identity(units, DType.Float64);

    // Each example with all states of the hidden units, (examples x states, units).
    private Tensor Clamped(Tensor visible)
    {
        if (visible.Rank != 2 || visible.Shape[1] != Visible || visible.Shape[0] == 0 || visible.DType != DType.Float64)
            throw new ShapeException($"{nameof(BoltzmannMachine)}: received examples of {visible.Spec}; expected Float64 of shape (examples, {Visible}), at least one.");
        if (Units == Visible)
            return visible;
        Tensor hidden = Tensor.Concatenate([.. BinaryStates.All(Units - Visible)], 0);
        (int examples, int all) = (visible.Shape[0], hidden.Shape[0]);
        return Tensor.Concatenate([visible.ExpandDims(1).BroadcastTo([examples, all, Visible]), hidden.ExpandDims(0).BroadcastTo([examples, all, Units - Visible])]).Reshape([-1, Units]);
    }
}
