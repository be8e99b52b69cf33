using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// A liquid state machine: a column of leaky integrate-and-fire neurons whose connections are drawn and never learned. Inputs stir it as a stone stirs water; a read-out, such as a linear classifier, sees its filtered spikes.
/// <para>
/// Neurons stand on a grid of whole places. One is excitatory or, with a chance of 0.2, inhibitory, and is connected to another at the distance D with the probability C exp(-(D / λ)²), where C is 0.3 between excitatory neurons, 0.2 from an
/// excitatory to an inhibitory one, 0.4 back, and 0.1 between inhibitory ones. In each step of dt, with spikes s and the membranes' potentials v:
/// p ← p exp(-dt / τ_s) + s (what the synapses pass on), then v ← v exp(-dt / τ_m) + (1 - exp(-dt / τ_m)) (p W + u V), except where a neuron rests after a spike, where v is 0. A neuron with v ≥ 1 spikes, and its v becomes 0.
/// </para>
/// Maass, Natschläger, Markram: Real-time computing without stable states, 2002. Theirs has delays and synapses that tire as well.
/// </summary>
/// <example><code>
/// LiquidStateMachine liquid = new(channels: 48, width: 6, height: 6, depth: 10);
/// Tensor traces = liquid.Run(x).Traces;                  // (examples, frames, 48) to (examples, frames, 360)
/// </code></example>
public sealed class LiquidStateMachine
{
    // Of Maass et al.: from and to excitatory (0) and inhibitory (1) neurons.
    private static readonly double[,] Chances = { { 0.3, 0.2 }, { 0.4, 0.1 } };

    private readonly Lazy<CompiledFunction> run;

    /// <summary>A column whose connections are drawn.</summary>
    /// <param name="channels">How many inputs.</param>
    /// <param name="width">Neurons along x.</param>
    /// <param name="height">Neurons along y.</param>
    /// <param name="depth">Neurons along z.</param>
    /// <param name="lambda">λ, which sets how many and how long connections are; 2 by default. At 0 there are none.</param>
    /// <param name="synapseScale">The mean weight of a connection; weights are uniform from 0 to twice that, and negative from inhibitory neurons. A spike of weight 1 lifts v by about 0.1. 0.5 by default.</param>
    /// <param name="inputScale">The deviation of the weights V; 1 by default. A constant input above 1 makes a neuron spike.</param>
    /// <param name="inputShare">The share of weights in V that are not 0; 0.1 by default.</param>
    /// <param name="seed">Names the draws.</param>
    public LiquidStateMachine(int channels, int width, int height, int depth, double lambda = 2, double synapseScale = 0.5, double inputScale = 1, double inputShare = 0.1, ulong seed = 0)
    {
        Setting.Require(channels, channels >= 1, "1 or more");
        Setting.Require(width, width >= 1, "1 or more");
        Setting.Require(height, height >= 1, "1 or more");
        Setting.Require(depth, depth >= 1, "1 or more");
        Setting.Require(lambda, lambda >= 0 && double.IsFinite(lambda), "0 or more, such as 2");
        Setting.Require(synapseScale, synapseScale >= 0 && double.IsFinite(synapseScale), "0 or more");
        Setting.Require(inputScale, inputScale >= 0 && double.IsFinite(inputScale), "0 or more");
        Setting.Require(inputShare, inputShare is > 0 and <= 1, "above 0, at most 1");
        RandomKey key = new(seed);
        int neurons = width * height * depth;
        float[] inhibitory = key.Fold(0).Bernoulli([neurons], 0.2).Cast(DType.Float32).ToArray<float>(), chances = key.Fold(1).Uniform([neurons, neurons]).ToArray<float>();
        float[] weights = key.Fold(2).Uniform([neurons, neurons], 0, 2 * synapseScale).ToArray<float>();
        for (int from = 0; from < neurons; from++)
        {
            for (int to = 0; to < neurons; to++)
            {
                double square = Math.Pow((from % width) - (to % width), 2) + Math.Pow((from / width % height) - (to / width % height), 2) + Math.Pow((from / width / height) - (to / width / height), 2);
                double chance = from == to || lambda == 0 ? 0 : Chances[(int)inhibitory[from], (int)inhibitory[to]] * Math.Exp(-square / (lambda * lambda));
                weights[(from * neurons) + to] *= chances[(from * neurons) + to] >= chance ? 0 : inhibitory[from] == 1 ? -1 : 1;
            }
        }

        (Weights, IsInhibitory) = (Tensor.From(weights, [neurons, neurons]), Tensor.From(inhibitory));
        InputWeights = key.Fold(3).Normal([channels, neurons], 0, inputScale) * key.Fold(4).Bernoulli([channels, neurons], inputShare).Cast(DType.Float32);
        run = new(Compile);
    }

    /// <summary>A column with connections that are given.</summary>
    internal LiquidStateMachine(Tensor weights, Tensor inputWeights, Tensor isInhibitory) : this(1, 1, 1, 1) =>
        (Weights, InputWeights, IsInhibitory) = (weights, inputWeights, isInhibitory);

    /// <summary>W, Float32 (neurons, neurons), from row to column.</summary>
    public Tensor Weights { get; }

    /// <summary>V, Float32 (channels, neurons).</summary>
    public Tensor InputWeights { get; }

    /// <summary>1 where a neuron is inhibitory, else 0, (neurons,).</summary>
    public Tensor IsInhibitory { get; }

    /// <summary>How many steps a frame of the inputs lasts; 5 by default.</summary>
    public int StepsPerFrame { get; init => field = Setting.Require(value, value >= 1, "1 or more"); } = 5;

    /// <summary>dt, in milliseconds; 2 by default.</summary>
    public double TimeStep { get; init => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0"); } = 2;

    /// <summary>τ_m, in milliseconds; 30 by default.</summary>
    public double MembraneTime { get; init => field = Setting.Require(value, value > 0, "above 0"); } = 30;

    /// <summary>τ_s of excitatory and inhibitory neurons' synapses, in milliseconds; 3 and 6 by default.</summary>
    public (double Excitatory, double Inhibitory) SynapseTime { get; init => field = Setting.Require(value, value.Excitatory > 0 && value.Inhibitory > 0, "two numbers above 0"); } = (3, 6);

    /// <summary>How many steps a neuron rests after a spike; 1 by default.</summary>
    public int Refractory { get; init => field = Setting.Require(value, value >= 0, "0 or more"); } = 1;

    /// <summary>The time constant of the traces that the read-out sees, in milliseconds; 50 by default. A trace falls by exp(-dt / τ) in each step, and a spike adds 1.</summary>
    public double FilterTime { get; init => field = Setting.Require(value, value > 0, "above 0"); } = 50;

    /// <summary>Lets inputs act on the column, from rest.</summary>
    /// <param name="inputs">Float32 (examples, frames, channels).</param>
    /// <returns>(examples, frames, neurons): how often each neuron spiked in each frame, and the traces at the frame's end.</returns>
    /// <exception cref="ShapeException">The inputs do not fit.</exception>
    /// <exception cref="ArgumentException">They hold NaN or infinity.</exception>
    public (Tensor Spikes, Tensor Traces) Run(Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Rank != 3 || inputs.Shape.ElementCount == 0 || inputs.Shape[2] != InputWeights.Shape[0])
            throw new ShapeException($"{nameof(LiquidStateMachine)}: received inputs of shape {inputs.Shape}; expected (examples, frames, {InputWeights.Shape[0]}), at least one of each.");
        if (inputs.DType != DType.Float32)
            throw new DTypeException($"{nameof(LiquidStateMachine)}: received inputs of {inputs.DType}; expected Float32. Cast them.");
        if (!inputs.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(LiquidStateMachine)}: the inputs hold NaN or infinity; expected finite numbers. Replace them first.", nameof(inputs));
        Bundle<Tensor> results = run.Value.Call(inputs);
        return (results[0], results[1]);
    }

    /// <summary>An image of one example, time to the right: above the spikes, a row for each neuron, below the inputs, dark where there is much.</summary>
    /// <param name="spikes">How often each neuron spiked in each frame, (frames, neurons).</param>
    /// <param name="inputs">(frames, channels), with a mean near 0 and a deviation near 1; the first channel becomes the lowest rows.</param>
    /// <returns>UInt8 (height, width, 1).</returns>
    public static Tensor Picture(Tensor spikes, Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        ArgumentNullException.ThrowIfNull(inputs);
        if (spikes.Rank != 2 || inputs.Rank != 2 || spikes.Shape[0] != inputs.Shape[0] || spikes.Shape.ElementCount == 0 || inputs.Shape.ElementCount == 0)
            throw new ShapeException($"{nameof(LiquidStateMachine)}: received spikes of shape {spikes.Shape} and inputs of shape {inputs.Shape}; expected (frames, neurons) and (frames, channels) of one example.");
        Tensor above = (1 - (spikes / Math.Max(1, spikes.Max().ToDouble()))).Transpose(), below = (0.5 - (inputs / 4)).Clip(0.0, 1.0).Transpose();
        below = below.ExpandDims(1).BroadcastTo([below.Shape[0], 2, below.Shape[1]]).Reshape([-1, below.Shape[1]]).Slice(-1, null, -1);
        Tensor all = Tensor.Concatenate([above, Tensor.Full([4, above.Shape[1]], 0.7), below], 0);
        return (all.ExpandDims(-1).BroadcastTo([all.Shape[0], all.Shape[1], 3]).Reshape([all.Shape[0], -1, 1]) * 255).Cast(DType.UInt8);
    }

    private CompiledFunction Compile()
    {
        double membrane = Decay(MembraneTime), filter = Decay(FilterTime);
        Tensor synapse = Decay(SynapseTime.Excitatory) + ((Decay(SynapseTime.Inhibitory) - Decay(SynapseTime.Excitatory)) * IsInhibitory);
        return Function.Compile(
            inputs =>
            {
                Tensor zeros = Tensor.Zeros([inputs[0].Shape[0], Weights.Shape[0]]);
                (_, Bundle<Tensor> outputs) = Flow.Scan(Frame, [zeros, zeros, zeros, zeros, zeros], inputs[0], axis: 1);
                return [.. outputs];
            },
            nameof(LiquidStateMachine));

        double Decay(double time) => Math.Exp(-TimeStep / time);

        (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Frame(Bundle<Tensor> now, Bundle<Tensor> entry)
        {
            (Tensor potential, Tensor passed, Tensor rest, Tensor spikes, Tensor trace) = (now[0], now[1], now[2], now[3], now[4]);
            Tensor drive = entry[0].MatMul(InputWeights), count = spikes.ZerosLike();
            for (int step = 0; step < StepsPerFrame; step++)
            {
                passed = (passed * synapse) + spikes;
                Tensor awake = rest.LessEqual(0).Cast(DType.Float32);
                potential = awake * ((membrane * potential) + ((1 - membrane) * (passed.MatMul(Weights) + drive)));
                spikes = potential.GreaterEqual(1).Cast(DType.Float32);
                potential *= 1 - spikes;
                rest = Tensor.Where(spikes.Greater(0), Tensor.Full(rest.Shape, Refractory), rest - 1);
                trace = (filter * trace) + spikes;
                count += spikes;
            }

            return ([potential, passed, rest, spikes, trace], [count, trace]);
        }
    }
}
