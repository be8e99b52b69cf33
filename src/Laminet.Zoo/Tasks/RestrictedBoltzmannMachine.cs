using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// A restricted Boltzmann machine: visible units v and binary hidden units h, connected between the layers only. p(v, h) = exp(-E(v, h)) / Z, for binary visible units with E = -b v - c h - v W h, for Gaussian ones with
/// E = ½ |v - b|² - c h - v W h. So p(h_j = 1 | v) = sigmoid(c_j + (v W)_j), and p(v_i = 1 | h) = sigmoid(b_i + (W h)_i), or v_i is normally distributed about b_i + (W h)_i. The free energy F(v) = -log Σ_h exp(-E(v, h))
/// gives p(v) = exp(-F(v)) / Z. <see cref="ContrastiveDivergence"/> trains one.
/// Smolensky: Information processing in dynamical systems, 1986; Hinton: A practical guide to training restricted Boltzmann machines, 2010.
/// </summary>
/// <example><code>
/// RestrictedBoltzmannMachine machine = new(visible: 784, hidden: 500, seed: 1);
/// new ContrastiveDivergence(machine, new SGD(0.05, momentum: 0.5)).Fit(digits, batchSize: 100, epochs: 10);
/// Tensor drawn = machine.Sample(digits.Slice(0, 16), steps: 1000, new RandomKey(1));
/// </code></example>
public sealed class RestrictedBoltzmannMachine : IHasState
{
    private readonly CompiledFunction gibbs;

    /// <summary>A machine with small random weights and biases of 0.</summary>
    /// <param name="visible">How many visible units.</param>
    /// <param name="hidden">How many hidden units.</param>
    /// <param name="kind">What the visible units are.</param>
    /// <param name="seed">Names the first weights: normally distributed with deviation 0.01.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public RestrictedBoltzmannMachine(int visible, int hidden, VisibleUnits kind = VisibleUnits.Binary, ulong seed = 0, DType dtype = DType.Float32)
    {
        Setting.Require(visible, visible >= 1, "1 or more");
        Setting.Require(hidden, hidden >= 1, "1 or more");
        Setting.Require(dtype, dtype is DType.Float32 or DType.Float64, "Float32 or Float64");
        Kind = kind;
        Weights = new(new RandomKey(seed).Normal([visible, hidden], deviation: 0.01, dtype: dtype), "weights");
        VisibleBias = new(Tensor.Zeros([visible], dtype), "visible bias");
        HiddenBias = new(Tensor.Zeros([hidden], dtype), "hidden bias");
        gibbs = Function.Compile(inputs => [Step(inputs[0], RandomKey.From(inputs[1]))], "gibbs");
    }

    /// <summary>What the visible units are.</summary>
    public VisibleUnits Kind { get; }

    /// <summary>W, (visible, hidden).</summary>
    public Variable Weights { get; }

    /// <summary>b, (visible,).</summary>
    public Variable VisibleBias { get; }

    /// <summary>c, (hidden,).</summary>
    public Variable HiddenBias { get; }

    /// <summary>How many visible units.</summary>
    public int Visible => Weights.Shape[0];

    /// <summary>How many hidden units.</summary>
    public int Hidden => Weights.Shape[1];

    /// <summary>W, b and c.</summary>
    public IReadOnlyList<Variable> Variables => [Weights, VisibleBias, HiddenBias];

    IEnumerable<(string Name, Variable Variable)> IHasState.State => Variables.Select(variable => (variable.Name, variable));

    /// <summary>Sets b so that the machine without its weights has the data's means, which spares the training that (Hinton, 2010).</summary>
    /// <param name="visible">(examples, visible).</param>
    public void Start(Tensor visible) => VisibleBias.Assign(BiasOf(RequireData(visible)));

    /// <summary>p(h = 1 | v), (examples, hidden).</summary>
    /// <param name="visible">(examples, visible).</param>
    public Tensor HiddenProbabilities(Tensor visible) => (Known(visible).MatMul(Weights.Value) + HiddenBias.Value).Sigmoid();

    /// <summary>The means of the visible units given the hidden ones, for binary units p(v = 1 | h): (examples, visible).</summary>
    /// <param name="hidden">(examples, hidden).</param>
    public Tensor VisibleMeans(Tensor hidden)
    {
        if (hidden.Rank != 2 || hidden.Shape[1] != Hidden)
            throw new ShapeException($"{nameof(RestrictedBoltzmannMachine)}: received hidden states of shape {hidden.Shape}; expected (examples, {Hidden}).");
        Tensor field = hidden.MatMul(Weights.Value, transposeOther: true) + VisibleBias.Value;
        return Kind == VisibleUnits.Binary ? field.Sigmoid() : field;
    }

    /// <summary>F(v), (examples,): p(v) = exp(-F(v)) / Z.</summary>
    /// <param name="visible">(examples, visible).</param>
    public Tensor FreeEnergy(Tensor visible)
    {
        Tensor hidden = (Known(visible).MatMul(Weights.Value) + HiddenBias.Value).Softplus().Sum(1);
        return (Kind == VisibleUnits.Binary ? -(visible * VisibleBias.Value).Sum(1) : 0.5 * (visible - VisibleBias.Value).Square().Sum(1)) - hidden;
    }

    /// <summary>Hidden states are drawn given the visible ones, and visible states given these: one step of block Gibbs sampling.</summary>
    /// <param name="visible">(examples, visible).</param>
    /// <param name="key">Names the random numbers.</param>
    public Tensor Step(Tensor visible, RandomKey key) => DrawVisible(VisibleMeans(Draw(HiddenProbabilities(visible), key.Fold(0))), key.Fold(1));

    /// <summary>Visible states after many steps of Gibbs sampling from given ones.</summary>
    /// <param name="visible">The first states, (examples, visible).</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="key">Names the random numbers.</param>
    public Tensor Sample(Tensor visible, int steps, RandomKey key)
    {
        Setting.Require(steps, steps >= 1, "1 or more");
        Tensor now = Known(visible);
        for (int step = 0; step < steps; step++)
            now = gibbs.Call(now, key.Fold((ulong)step).AsTensor())[0];
        return now;
    }

    /// <summary>log Z, by the sum over all states of the smaller layer. <see cref="AnnealedImportanceSampling"/> estimates it for larger machines.</summary>
    /// <exception cref="InvalidOperationException">Both layers have more than 24 units, or the hidden layer where the visible units are Gaussian.</exception>
    public double LogPartition()
    {
        bool overHidden = Kind == VisibleUnits.Gaussian || Hidden <= Visible;
        int units = overHidden ? Hidden : Visible;
        if (units > BinaryStates.MostUnits)
            throw new InvalidOperationException($"{nameof(RestrictedBoltzmannMachine)}: the sum over the 2^{units} states of {units} units takes too long; expected at most {BinaryStates.MostUnits}. Estimate it: {nameof(AnnealedImportanceSampling)}.{nameof(AnnealedImportanceSampling.Estimate)}.");
        Tensor weights = Weights.Value.Cast(DType.Float64), visibleBias = VisibleBias.Value.Cast(DType.Float64), hiddenBias = HiddenBias.Value.Cast(DType.Float64);
        return Tensor.Concatenate([.. BinaryStates.All(units).Select(LogWeights)]).LogSumExp().ToDouble();

        // The logarithm of the sum over all states of the other layer.
        Tensor LogWeights(Tensor states)
        {
            if (!overHidden)
                return (states * visibleBias).Sum(1) + (states.MatMul(weights) + hiddenBias).Softplus().Sum(1);
            Tensor field = states.MatMul(weights, transposeOther: true), own = (states * hiddenBias).Sum(1);
            return Kind == VisibleUnits.Binary ? own + (field + visibleBias).Softplus().Sum(1)
                : own + (field * ((0.5 * field) + visibleBias)).Sum(1) + (Visible * 0.5 * Math.Log(2 * Math.PI));
        }
    }

    /// <summary>
    /// An estimate of the pseudo-log-likelihood Σ_i log p(v_i | all other units) of each example, (examples,): the number of units times that of one unit, drawn for each example.
    /// It needs no Z. Besag: Statistical analysis of non-lattice data, 1975.
    /// </summary>
    /// <param name="visible">(examples, visible), of 0 and 1.</param>
    /// <param name="key">Names the units that are drawn.</param>
    /// <exception cref="InvalidOperationException">The visible units are Gaussian.</exception>
    public Tensor PseudoLogLikelihood(Tensor visible, RandomKey key)
    {
        if (Kind != VisibleUnits.Binary)
            throw new InvalidOperationException($"{nameof(RestrictedBoltzmannMachine)}: the pseudo-likelihood is for binary visible units; these are Gaussian. Compare free energies, or {nameof(LogPartition)}.");
        Tensor unit = (key.Uniform([Known(visible).Shape[0]], dtype: DType.Float64) * Visible).Cast(DType.Int32), chosen = unit.OneHot(Visible, visible.DType);
        Tensor flipped = visible + (chosen * (1 - (2 * visible)));
        return -Visible * (FreeEnergy(visible) - FreeEnergy(flipped)).Softplus();
    }

    /// <summary>The visible biases of the machine without weights that has the data's means.</summary>
    internal Tensor BiasOf(Tensor visible)
    {
        if (Kind == VisibleUnits.Gaussian)
            return Known(visible).Mean(0);
        // A pixel that is always 0 may be 1 all the same.
        Tensor means = (Known(visible).Sum(0) + 1) / (visible.Shape[0] + 2);
        return (means / (1 - means)).Log();
    }

    /// <summary>1 with the given probabilities, otherwise 0.</summary>
    internal static Tensor Draw(Tensor probabilities, RandomKey key) => key.Uniform(probabilities.Shape, dtype: probabilities.DType).Less(probabilities).Cast(probabilities.DType);

    /// <summary>Visible states with the given means.</summary>
    internal Tensor DrawVisible(Tensor means, RandomKey key) => Kind == VisibleUnits.Binary ? Draw(means, key) : means + key.Normal(means.Shape, dtype: means.DType);

    /// <summary>Examples to learn from: <see cref="Known"/>, at least one, finite, for binary units from 0 to 1.</summary>
    internal Tensor RequireData(Tensor visible)
    {
        _ = Known(visible);
        if (visible.Shape[0] == 0)
            throw new ArgumentException($"{nameof(RestrictedBoltzmannMachine)}: received no examples; expected at least one.", nameof(visible));
        (double least, double most) = (visible.Min().ToDouble(), visible.Max().ToDouble());
        if (!double.IsFinite(least) || !double.IsFinite(most))
            throw new ArgumentException($"{nameof(RestrictedBoltzmannMachine)}: the examples hold NaN or infinity; expected finite numbers.", nameof(visible));
        return Kind == VisibleUnits.Gaussian || (least >= 0 && most <= 1) ? visible : throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture,
            $"{nameof(RestrictedBoltzmannMachine)}: the examples are from {least:G3} to {most:G3}; expected 0 to 1 for binary visible units. Scale them (bytes / 255), or take {nameof(VisibleUnits)}.{nameof(VisibleUnits.Gaussian)}."), nameof(visible));
    }

    /// <summary>The visible states, if there are as many and of the same type as here.</summary>
    internal Tensor Known(Tensor visible) => visible.Rank == 2 && visible.Shape[1] == Visible && visible.DType == Weights.DType ? visible
        : throw new ShapeException($"{nameof(RestrictedBoltzmannMachine)}: received visible states of {visible.Spec}; expected {Weights.DType} of shape (examples, {Visible}). Flatten images: x.Reshape([x.Shape[0], -1]).");
}
