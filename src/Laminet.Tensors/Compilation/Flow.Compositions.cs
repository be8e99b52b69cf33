using System.Globalization;

namespace Laminet.Tensors.Compilation;

/// <content>Loops and choices made of <see cref="Scan"/> and <see cref="If"/>.</content>
public static partial class Flow
{
    /// <summary>
    /// Runs a function for each whole number of a range and passes a state from each to the next. It has a gradient, since the number of turns is known. Keras and JAX: <c>fori_loop</c>.
    /// </summary>
    /// <param name="first">The first number.</param>
    /// <param name="end">The number after the last; if it is not above the first, the state stays as it is.</param>
    /// <param name="body">Receives the number, an Int32 scalar, and the state; returns the next state. Its shapes and types must not change.</param>
    /// <param name="state">The initial state.</param>
    /// <exception cref="ShapeException">The state changes its shape; the message names it.</exception>
    /// <exception cref="DTypeException">The state changes its type.</exception>
    public static Bundle<Tensor> For(int first, int end, Func<Tensor, Bundle<Tensor>, Bundle<Tensor>> body, Bundle<Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(body);
        return Scan((carry, number) => (body(number[0], carry), []), state, Tensor.Range(first, Math.Max(first, end))).Carry;
    }

    /// <summary>
    /// Runs a function for each entry of the first axis of sequences, one after the other, and stacks the results. Keras: <c>map</c>, <c>vectorized_map</c>, <c>vectorize</c>; JAX: <c>lax.map</c>. An operation of
    /// whole tensors is faster where there is one: they broadcast.
    /// </summary>
    /// <param name="function">Receives one entry of each sequence; returns the results.</param>
    /// <param name="sequences">The sequences, of the same length.</param>
    /// <exception cref="ShapeException">The sequences differ in length.</exception>
    public static Bundle<Tensor> Map(Func<Bundle<Tensor>, Bundle<Tensor>> function, Bundle<Tensor> sequences)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Scan((_, entries) => ([], function(entries)), [], sequences).Outputs;
    }

    /// <summary>
    /// Runs one of several functions, chosen by a number, whose results must have the same shapes and types. A number below 0 chooses the first, one that is too large the last. The gradient flows
    /// through the function that ran. Keras and JAX: <c>switch</c>.
    /// </summary>
    /// <param name="index">An Int32 or Int64 scalar.</param>
    /// <param name="branches">The functions.</param>
    /// <exception cref="ArgumentException">There is no function.</exception>
    /// <exception cref="ShapeException">Two functions return different shapes.</exception>
    /// <exception cref="DTypeException">Two functions return different types, or the index is of another type.</exception>
    public static Bundle<Tensor> Switch(Tensor index, params IReadOnlyList<Func<Bundle<Tensor>>> branches)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(branches);
        if (branches.Count == 0)
            throw new ArgumentException("Switch: received no functions; expected one or more.", nameof(branches));
        if (index.Rank != 0 || index.DType is not (DType.Int32 or DType.Int64))
            throw new DTypeException($"Switch: received the index {index.Spec}; expected an Int32 or Int64 scalar.");
        return From(0);

        Bundle<Tensor> From(int branch) => branch == branches.Count - 1
            ? branches[branch]()
            : If(index.LessEqual((long)branch), branches[branch], () => From(branch + 1));
    }

    /// <summary>
    /// The running results of an associative function along an axis, as a running sum is that of addition: in log n rounds, each of them one call for all pairs, with about 2 n pairs in all. It has a gradient
    /// where the function has. Keras: <c>associative_scan</c>; JAX: <c>lax.associative_scan</c>. (Blelloch, "Prefix sums and their applications", 1990.)
    /// </summary>
    /// <param name="function">Receives two bundles of many entries each and combines them entry by entry; (a ∘ b) ∘ c must be a ∘ (b ∘ c).</param>
    /// <param name="sequences">The entries, all of the same length along the axis.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="reverse">Whether it runs from the last entry to the first.</param>
    /// <exception cref="ShapeException">The sequences differ in length.</exception>
    public static Bundle<Tensor> AssociativeScan(Func<Bundle<Tensor>, Bundle<Tensor>, Bundle<Tensor>> function, Bundle<Tensor> sequences, int axis = 0, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(sequences);
        int[] lengths = [.. sequences.Select(sequence => sequence.Shape[sequence.Shape.Axis(axis)]).Distinct()];
        if (lengths.Length != 1)
        {
            throw new ShapeException(string.Create(CultureInfo.InvariantCulture,
                $"AssociativeScan: received {sequences.Count} sequences of the lengths {string.Join(", ", lengths)} along axis {axis}; expected one or more of one length."));
        }

        Tensor[] entries = [.. sequences.Select(sequence => reverse ? sequence.Flip(sequence.Shape.Axis(axis)) : sequence)];
        return Bundle.Named(sequences.Names, [.. Running(entries).Select(result => reverse ? result.Flip(result.Shape.Axis(axis)) : result)]);

        // Pairs are combined, and of half as many the running results are those of every second entry.
        Tensor[] Running(Tensor[] all)
        {
            int count = all[0].Shape[all[0].Shape.Axis(axis)];
            if (count < 2)
                return all;
            Tensor[] second = Running(Combined(Every(all, 0, count - 1), Every(all, 1, count)));
            Tensor[] later = count == 2 ? [] : Combined([.. second.Select(entry => entry.Slice(0, (count - 1) / 2, 1, axis))], Every(all, 2, count));
            Tensor[] first = [.. all.Select((entry, i) => later.Length == 0 ? entry.Slice(0, 1, 1, axis) : Tensor.Concatenate([entry.Slice(0, 1, 1, axis), later[i]], axis))];
            return [.. first.Zip(second, (one, other) => Alternating(one, other, count))];
        }

        Tensor[] Every(Tensor[] all, int start, int end) => [.. all.Select(entry => entry.Slice(start, end, 2, axis))];

        Tensor[] Combined(Tensor[] left, Tensor[] right)
        {
            Bundle<Tensor> results = function(Bundle.Named(sequences.Names, left), Bundle.Named(sequences.Names, right));
            RequireAlike("AssociativeScan", Bundle.Named(sequences.Names, left), results);
            return [.. results];
        }

        Tensor Alternating(Tensor one, Tensor other, int count)
        {
            int along = one.Shape.Axis(axis);
            // The first of an odd number has no partner.
            Tensor partner = count % 2 == 0 ? other : Tensor.Concatenate([other, one.Slice(-1, axis: along)], along);
            return Tensor.Stack([one, partner], along + 1).Reshape(one.Shape.With(along, 2 * one.Shape[along])).Slice(0, count, 1, along);
        }
    }
}
