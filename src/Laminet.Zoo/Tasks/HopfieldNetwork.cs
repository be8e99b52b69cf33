using Laminet.Configuration;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Hopfield's network: N units of states -1 and +1, each connected with each other, symmetrically and not with itself. A state has the energy E(s) = -½ sᵀ W s. Units are updated one at a time, in random
/// order: s_i becomes the sign of its field Σ_j W_ij s_j, and stays as it is if the field is 0. So no update raises the energy, and the state ends in a minimum, where stored patterns are.
/// Hopfield: Neural networks and physical systems with emergent collective computational abilities, 1982. Hebb's rule recalls about 0.138 N random patterns, then none (Amit, Gutfreund, Sompolinsky: Storing infinite
/// numbers of patterns in a spin-glass model of neural networks, 1985).
/// </summary>
/// <example><code>
/// HopfieldNetwork network = new(units: 784);
/// network.Store(patterns);                                       // (patterns, 784) of -1 and +1
/// Tensor recalled = network.Recall(noisy, new RandomKey(1));     // (states, 784)
/// </code></example>
public sealed class HopfieldNetwork
{
    // N W: whole numbers under Hebb's rule, so that a field of 0 is exactly 0.
    private Tensor sums;

    /// <summary>A network that has stored nothing.</summary>
    /// <param name="units">How many units.</param>
    public HopfieldNetwork(int units)
    {
        Units = Setting.Require(units, units >= 2, "2 or more");
        sums = Tensor.Zeros([units, units], DType.Float64);
    }

    /// <summary>How many units there are.</summary>
    public int Units { get; }

    /// <summary>W, Float64 (units, units): symmetric, with zeros on the diagonal.</summary>
    public Tensor Weights => sums / Units;

    /// <summary>Stores patterns, besides those that are stored already.</summary>
    /// <param name="patterns">(patterns, units), of -1 and +1.</param>
    /// <param name="rule">How.</param>
    public void Store(Tensor patterns, HopfieldRule rule = HopfieldRule.Hebb)
    {
        Tensor known = Require(patterns), others = 1 - Tensor.Identity(Units, DType.Float64);
        if (rule == HopfieldRule.Hebb)
        {
            sums = (sums + known.MatMul(known, transposeThis: true)) * others;
            return;
        }

        for (int number = 0; number < known.Shape[0]; number++)
        {
            // x_i h_ji + h_ij x_j = x_i f_j + f_i x_j - 2 W_ij, with the field f = W x.
            Tensor row = known.Slice(number, number + 1), field = row.MatMul(sums) / Units;
            Tensor taken = row.MatMul(field, transposeThis: true);
            sums = (sums + row.MatMul(row, transposeThis: true) - taken - taken.Transpose() + (2.0 / Units * sums)) * others;
        }
    }

    /// <summary>E(s) = -½ sᵀ W s of each state, Float64 (states,).</summary>
    /// <param name="states">(states, units), of -1 and +1.</param>
    public Tensor Energy(Tensor states)
    {
        Tensor known = Require(states);
        return (known.MatMul(sums) * known).Sum(1) * (-0.5 / Units);
    }

    /// <summary>Updates units one at a time until none changes any more: what the network remembers at these states, in their type.</summary>
    /// <param name="states">(states, units), of -1 and +1. They do not act on each other.</param>
    /// <param name="key">Names the orders of the updates.</param>
    /// <param name="sweeps">The greatest number of times that all units of a state are updated.</param>
    /// <param name="afterFlip">Called after each change of a unit with the number of its state and the energy of that.</param>
    public Tensor Recall(Tensor states, RandomKey key, int sweeps = 100, Action<int, double>? afterFlip = null)
    {
        Setting.Require(sweeps, sweeps >= 1, "1 or more");
        Tensor known = Require(states);
        int count = known.Shape[0];
        double[] now = known.ToArray<double>(), weights = sums.ToArray<double>(), fields = known.MatMul(sums).ToArray<double>(), energies = afterFlip is null ? [] : Energy(states).ToArray<double>();
        int[] order = new int[Units];
        for (int number = 0; number < count; number++)
        {
            bool changes = true;
            for (int sweep = 0; sweep < sweeps && changes; sweep++)
            {
                key.Fold((ulong)number).Fold((ulong)sweep).Permute(order);
                changes = Sweep(number);
            }
        }

        return Tensor.From(now, known.Shape).Cast(states.DType);

        // One update of each unit of a state, in order. A change is added to the fields of all.
        bool Sweep(int number)
        {
            Span<double> state = now.AsSpan(number * Units, Units), field = fields.AsSpan(number * Units, Units);
            bool changes = false;
            foreach (int unit in order)
            {
                if (field[unit] * state[unit] >= 0)
                    continue;
                if (afterFlip is not null)
                    afterFlip(number, energies[number] -= 2 * Math.Abs(field[unit]) / Units);
                state[unit] = -state[unit];
                TensorPrimitives.MultiplyAdd(weights.AsSpan(unit * Units, Units), 2 * state[unit], field, field);
                changes = true;
            }

            return changes;
        }
    }

    private Tensor Require(Tensor states)
    {
        if (states.Rank != 2 || states.Shape[0] == 0 || states.Shape[1] != Units)
            throw new ShapeException($"{nameof(HopfieldNetwork)}: received the shape {states.Shape}; expected (states, {Units}), at least one. Flatten images: x.Reshape([x.Shape[0], -1]).");
        Tensor numbers = states.Cast(DType.Float64);
        return numbers.Abs().Equal(1).All().Item<bool>() ? numbers
            : throw new ArgumentException($"{nameof(HopfieldNetwork)}: received other numbers than -1 and +1. From pixels: Tensor.Where(x.Greater(0.5), x.OnesLike(), -x.OnesLike()).", nameof(states));
    }
}
