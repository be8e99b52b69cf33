using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Language;

/// <summary>
/// A conditional random field over sequences of tags (Lafferty, McCallum and Pereira, "Conditional random fields", 2001): ln p(y | x) = s(x, y) - ln sum over all y' of exp s(x, y'), where s adds a score of each
/// tag at its step and one of each pair of neighbours. Scores are (batch, time, tags); transitions (tags + 1, tags + 1), where [i, j] is the score of j after i, [tags, j] that of j as the first tag, and [i, tags]
/// that of i as the last. A mask (batch, time) tells which steps count; those that do not stand at the end.
/// </summary>
public static class LinearChain
{
    /// <summary>The score s of sequences of tags, (batch).</summary>
    /// <param name="scores">Scores of tags at steps, (batch, time, tags).</param>
    /// <param name="transitions">Scores of neighbours, (tags + 1, tags + 1).</param>
    /// <param name="tags">The sequences, (batch, time), integers.</param>
    /// <param name="mask">True where a step counts, (batch, time); null if all do.</param>
    /// <exception cref="ShapeException">Shapes do not go together.</exception>
    public static Tensor Score(Tensor scores, Tensor transitions, Tensor tags, Tensor? mask = null)
    {
        (int time, int count, Tensor counts) = Checked(scores, transitions, mask);
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Shape != scores.Shape[..2])
            throw new ShapeException($"LinearChain: received tags of shape {tags.Shape} and scores {scores.Shape}; expected (batch, time), {scores.Shape[..2]}.");
        Tensor chosen = tags.OneHot(count, scores.DType) * counts.ExpandDims(-1);
        // A step is the last one if it counts and the next does not.
        Tensor next = Tensor.Concatenate([counts.Slice(1, time, axis: 1), Tensor.Zeros([scores.Shape[0], 1], scores.DType)], 1), last = (counts - next).ExpandDims(-1);
        Tensor sum = (scores * chosen).Sum([1, 2]) + (chosen.Slice(0, 1, axis: 1).Squeeze(1) * First(transitions, count)).Sum([1]) + (chosen * last * Last(transitions, count)).Sum([1, 2]);
        return time == 1 ? sum : sum + (chosen.Slice(0, time - 1, axis: 1).MatMul(Inner(transitions, count)) * chosen.Slice(1, time, axis: 1)).Sum([1, 2]);
    }

    /// <summary>ln of the sum of exp s over all sequences of tags, (batch), by the forward recursion.</summary>
    /// <inheritdoc cref="Score"/>
    public static Tensor LogPartition(Tensor scores, Tensor transitions, Tensor? mask = null)
    {
        (int time, int count, Tensor counts) = Checked(scores, transitions, mask);
        Tensor inner = Inner(transitions, count), state = First(transitions, count) + At(scores, 0);
        if (time > 1)
        {
            (Bundle<Tensor> carry, _) = Flow.Scan(
                (held, step) =>
                {
                    Tensor following = (held[0].ExpandDims(2) + inner).LogSumExp(1) + step[0];
                    return ([Tensor.Where(step[1].ExpandDims(1).Greater(0), following, held[0])], []);
                },
                state, [scores.Slice(1, time, axis: 1), counts.Slice(1, time, axis: 1)], axis: 1);
            state = carry[0];
        }

        return (state + Last(transitions, count)).LogSumExp(-1);
    }

    /// <summary>The sequences of tags with the highest score, (batch, time) of Int32, by dynamic programming (Viterbi 1967). Steps that do not count have tag 0.</summary>
    /// <inheritdoc cref="Score"/>
    public static Tensor Viterbi(Tensor scores, Tensor transitions, Tensor? mask = null)
    {
        (int time, int count, Tensor counts) = Checked(scores, transitions, mask);
        Tensor inner = Inner(transitions, count), same = Tensor.Range(0, count, DType.Int32).ExpandDims(0), state = First(transitions, count) + At(scores, 0);
        if (time == 1)
            return Kept((state + Last(transitions, count)).ArgMax(-1).Cast(DType.Int32).ExpandDims(1));
        (Bundle<Tensor> carry, Bundle<Tensor> outputs) = Flow.Scan(
            (held, step) =>
            {
                Tensor paths = held[0].ExpandDims(2) + inner, isStep = step[1].ExpandDims(1).Greater(0);
                return ([Tensor.Where(isStep, paths.Max(1) + step[0], held[0])], [Tensor.Where(isStep, paths.ArgMax(1).Cast(DType.Int32), same)]);
            },
            state, [scores.Slice(1, time, axis: 1), counts.Slice(1, time, axis: 1)], axis: 1);
        Tensor end = (carry[0] + Last(transitions, count)).ArgMax(-1).Cast(DType.Int32);
        // From the last tag back: each step says which tag came before.
        (_, Bundle<Tensor> before) = Flow.Scan(
            (held, step) =>
            {
                Tensor previous = step[0].TakeAlong(held[0].ExpandDims(1), 1).Squeeze(1);
                return (previous, previous);
            },
            end, outputs[0], axis: 1, reverse: true);
        return Kept(Tensor.Concatenate([before[0], end.ExpandDims(1)], 1));

        Tensor Kept(Tensor tags) => tags * counts.Cast(DType.Int32);
    }

    private static (int Time, int Count, Tensor Counts) Checked(Tensor scores, Tensor transitions, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(transitions);
        if (scores.Rank != 3 || transitions.Shape != new Shape(scores.Shape[2] + 1, scores.Shape[2] + 1) || (mask is not null && mask.Shape != scores.Shape[..2]))
        {
            throw new ShapeException($"LinearChain: received scores {scores.Shape}, transitions {transitions.Shape}{(mask is null ? "" : $" and a mask {mask.Shape}")}; "
                + "expected (batch, time, tags), (tags + 1, tags + 1) and (batch, time).");
        }

        return (scores.Shape[1], scores.Shape[2], mask?.Cast(scores.DType) ?? Tensor.Ones(scores.Shape[..2], scores.DType));
    }

    private static Tensor At(Tensor scores, int step) => scores.Slice(step, step + 1, axis: 1).Squeeze(1);

    private static Tensor Inner(Tensor transitions, int count) => transitions.Slice(0, count).Slice(0, count, axis: 1);

    private static Tensor First(Tensor transitions, int count) => transitions.Slice(count, count + 1).Slice(0, count, axis: 1).Squeeze(0);

    private static Tensor Last(Tensor transitions, int count) => transitions.Slice(0, count).Slice(count, count + 1, axis: 1).Squeeze(1);
}
