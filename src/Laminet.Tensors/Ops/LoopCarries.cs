using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

/// <summary>
/// The values that a loop's turns hand on, and memory beside the operation's outputs. A carry that the body changes in place lies in the output
/// all the time; another changes places with a second buffer at every turn.
/// </summary>
internal sealed class LoopCarries
{
    private readonly Region body;
    private readonly Tensor[] first;
    private readonly Place[] home, other;

    /// <param name="body">The loop's body; its first outputs are its first parameters in the next turn.</param>
    /// <param name="count">How many carries there are.</param>
    /// <param name="arguments">The loop's operands.</param>
    /// <param name="storage">A buffer to work in.</param>
    /// <param name="start">Where in it, in bytes, the loop's memory begins; moved behind what is taken.</param>
    public LoopCarries(Region body, int count, in KernelArguments arguments, Storage storage, ref long start)
    {
        this.body = body;
        (first, home, other) = (new Tensor[count], new Place[count], new Place[count]);
        for (int i = 0; i < count; i++)
        {
            first[i] = arguments.InputTensor(i);
            if (!body.IsInPlace(i))
                other[i] = Take(storage, ref start, first[i].Spec);
            home[i] = arguments.HasOutput(i) ? Place.Of(arguments.OutputTensorAt(i)) : Take(storage, ref start, first[i].Spec);
        }
    }

    /// <summary>The bytes that a loop's carries take of its memory.</summary>
    /// <param name="body">The loop's body.</param>
    /// <param name="wanted">For each carry, whether it has memory as an output of the loop.</param>
    public static long Bytes(Region body, ReadOnlySpan<bool> wanted)
    {
        long bytes = 0;
        for (int i = 0; i < wanted.Length; i++)
            bytes += ((body.IsInPlace(i) ? 0 : 1) + (wanted[i] ? 0 : 1)) * Lifetimes.Aligned(BytesOf(body.Graph.Outputs[i].Spec));
        return bytes;
    }

    /// <summary>The bytes of a tensor.</summary>
    public static long BytesOf(TensorSpec spec) => (long)spec.Shape.ElementCount * spec.DType.Size();

    /// <summary>The next place for a tensor of this type in a loop's memory.</summary>
    public static Place Take(Storage storage, ref long start, TensorSpec spec)
    {
        Place place = new(storage, checked((int)(start / spec.DType.Size())));
        start += Lifetimes.Aligned(BytesOf(spec));
        return place;
    }

    /// <summary>Points the body's parameters and outputs to where the carries lie in a turn.</summary>
    /// <param name="turn">The turn's number from 0.</param>
    /// <param name="endsHome">Whether what this turn writes lies in the operation's output if the carry is not changed in place.</param>
    public void Bind(int turn, bool endsHome)
    {
        for (int i = 0; i < first.Length; i++)
        {
            Place output = body.IsInPlace(i) || endsHome ? home[i] : other[i];
            Place input = turn == 0 ? Place.Of(first[i]) : body.IsInPlace(i) ? home[i] : endsHome ? other[i] : home[i];
            body.BindParameter(i, input);
            body.BindOutput(i, output);
        }
    }

    /// <summary>Points only the parameters of another region, a loop's condition, to the carries as they are before a turn.</summary>
    public void BindTo(Region condition, int turn, bool liesHome)
    {
        for (int i = 0; i < first.Length; i++)
            condition.BindParameter(i, turn == 0 ? Place.Of(first[i]) : body.IsInPlace(i) || liesHome ? home[i] : other[i]);
    }

    /// <summary>Puts the carries into the operation's outputs after the last turn.</summary>
    /// <param name="turns">How many turns there were.</param>
    /// <param name="liesHome">Whether the last turn wrote to the outputs.</param>
    public void Finish(int turns, bool liesHome)
    {
        for (int i = 0; i < first.Length; i++)
        {
            Tensor target = Tensor.In(home[i].Storage, home[i].Start, first[i]);
            if (turns == 0)
                StridedCopy.Run(first[i], target);
            else if (!liesHome && !body.IsInPlace(i))
                StridedCopy.Run(Tensor.In(other[i].Storage, other[i].Start, first[i]), target);
        }
    }
}
