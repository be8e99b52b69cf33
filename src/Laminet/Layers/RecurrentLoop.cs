using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Layers;

/// <summary>A cell over sequences as a loop, <see cref="Flow.Scan"/>: serves every cell.</summary>
internal static class RecurrentLoop
{
    /// <param name="cell">The cell.</param>
    /// <param name="pass">The sequences.</param>
    /// <param name="entries">What the steps read, (batch, time, ...): the inputs, or what was made of them for all steps at once.</param>
    /// <param name="step">Computes a step.</param>
    public static RecurrentResult Run(RecurrentCell cell, RecurrentPass pass, Tensor entries, StepFunction step)
    {
        // A step that does not count repeats the output before; zeros before the first that counts.
        bool carriesOutput = pass.Mask is not null || !pass.WantsSequence;
        Bundle<Tensor> start = carriesOutput ? [Zeros(cell.OutputOf(pass.StepSpec)), .. pass.States] : pass.States;
        (Bundle<Tensor> end, Bundle<Tensor> outputs) = Flow.Scan(Turn, start, pass.Mask is null ? entries : (entries, pass.Mask), axis: 1, pass.Reverse);
        Tensor? sequence = pass.WantsSequence ? outputs.Only : null;
        return carriesOutput
            ? new RecurrentResult(sequence, end[0], [.. end.Skip(1)])
            : new RecurrentResult(sequence, sequence!.At(pass.Reverse ? 0 : -1, axis: 1), end);

        (Bundle<Tensor>, Bundle<Tensor>) Turn(Bundle<Tensor> before, Bundle<Tensor> entry)
        {
            Bundle<Tensor> states = carriesOutput ? [.. before.Skip(1)] : before;
            (Tensor result, Bundle<Tensor> next) = step(entry[0], states);
            if (entry.Count == 2)
            {
                Tensor otherwise = pass.ZeroesMasked ? Tensor.Scalar(0, result.DType) : before[0];
                result = Chosen(entry[1], result, otherwise);
                next = [.. next.Zip(states).Select(pair => Chosen(entry[1], pair.First, pair.Second))];
            }

            return (carriesOutput ? [result, .. next] : next, pass.WantsSequence ? result : []);
        }
    }

    private static Tensor Zeros(TensorSpec spec) => Tensor.Zeros(spec.Shape, spec.DType);

    private static Tensor Chosen(Tensor counts, Tensor then, Tensor otherwise) =>
        Tensor.Where(counts.Reshape([counts.Shape[0], .. Enumerable.Repeat(1, then.Rank - 1)]), then, otherwise);
}
