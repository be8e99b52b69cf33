using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// The reverse pass of a <see cref="Recurrence"/> over time. Inputs: recurrent weights, first states, h after each step, what was kept, the gradients by the last
/// states, by h after each step if there is one, the mask if there is one. Outputs: the gradient by x (batch, time, gates * units), for gated units that by
/// h U + b too (for the others it is the same), those by the first states.
/// </summary>
/// <param name="Kind">Which recurrence.</param>
/// <param name="Reverse">Whether the recurrence began with the last step.</param>
/// <param name="HasMask">Whether there is a mask.</param>
/// <param name="GivesOutputs">Whether there is a gradient by h after each step.</param>
public sealed record RecurrenceGradient(RecurrenceKind Kind, bool Reverse, bool HasMask, bool GivesOutputs) : Block
{
    private int States => RecurrenceSizes.States(Kind);

    private int Kept => RecurrenceSizes.Kept(Kind).Length;

    /// <summary>The place of the gradient by h after each step, if it is there.</summary>
    private int ByOutputs => 2 + (2 * States) + Kept;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
    {
        TensorSpec outputs = inputs[1 + States], sums = outputs with { Shape = outputs.Shape.With(2, inputs[0].Shape[1]) };
        return [sums, .. Kind == RecurrenceKind.Gated ? [sums] : (TensorSpec[])[], .. Enumerable.Repeat(inputs[1], States)];
    }

    /// <inheritdoc/>
    public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
    {
        Tensor recurrent = inputs[0], outputs = inputs[1 + States];
        Tensor[] kept = inputs[(2 + States)..(2 + States + Kept)].ToArray();
        // What each step read of the states: h, and for long short-term memory c.
        Tensor[] befores = [RecurrenceRules.Before(inputs[1], outputs, Reverse), .. States == 2 ? [RecurrenceRules.Before(inputs[2], kept[1], Reverse)] : (Tensor[])[]];
        Bundle<Tensor> entries =
        [
            outputs, .. befores, .. kept, .. GivesOutputs ? [inputs[ByOutputs]] : (Tensor[])[], .. HasMask ? [inputs[^1]] : (Tensor[])[],
        ];
        (Bundle<Tensor> end, Bundle<Tensor> steps) = Flow.Scan(Turn, Bundle.Create(inputs[(2 + States + Kept)..ByOutputs]), entries, axis: 1, !Reverse);
        return [.. steps, .. end];

        (Bundle<Tensor>, Bundle<Tensor>) Turn(Bundle<Tensor> gradients, Bundle<Tensor> entry)
        {
            Tensor[] all = [.. entry], arrived = [.. gradients];
            if (GivesOutputs)
                arrived[0] += all[1 + States + Kept];
            (Tensor[] sums, Tensor[] states) = RecurrenceRules.StepGradient(Kind, all[0], all[1..(1 + States)], all[(1 + States)..(1 + States + Kept)], arrived);
            if (HasMask)
            {
                Tensor counts = all[^1].ExpandDims(-1);
                sums = [.. sums.Select(sum => sum.MaskedBy(counts))];
                states = [.. states.Zip(arrived).Select(pair => Tensor.Where(counts, pair.First, pair.Second))];
            }

            states[0] += sums[^1].MatMul(recurrent, transposeOther: true);
            return ([.. states], [.. sums]);
        }
    }

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 2.0 * output.Shape.ElementCount * inputs[0].Shape[0];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => CheckedKernels.RecurrenceGradient(
        Kind, Reverse, arguments.Inputs, GivesOutputs ? arguments.InputTensor(ByOutputs) : null, HasMask ? arguments.InputTensor(arguments.Count - 1) : null, arguments.Outputs);
}
