using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Computes one step: (input, states) to (output, new states).</summary>
internal delegate (Tensor Output, Bundle<Tensor> States) StepFunction(Tensor input, Bundle<Tensor> states);

/// <summary>Sequences that a cell runs over.</summary>
/// <param name="Inputs">(batch, time, ...).</param>
/// <param name="States">The states before the first step.</param>
/// <param name="BeginsWithZeros">Whether these are zeros.</param>
/// <param name="Mask">Which steps count, (batch, time); null for all. Others leave the states as they are.</param>
/// <param name="Reverse">Whether the last step comes first.</param>
/// <param name="WantsSequence">Whether the outputs of all steps are wanted.</param>
/// <param name="ZeroesMasked">Whether the output of a step that does not count is 0, not the one before.</param>
/// <param name="Context">The context of the pass.</param>
internal sealed record RecurrentPass(Tensor Inputs, Bundle<Tensor> States, bool BeginsWithZeros, Tensor? Mask, bool Reverse, bool WantsSequence, bool ZeroesMasked, CallContext Context)
{
    /// <summary>Shape and type of one step, (batch, ...).</summary>
    public TensorSpec StepSpec => new([Inputs.Shape[0], .. Inputs.Shape.Skip(2)], Inputs.DType);
}

/// <summary>What a cell made of sequences.</summary>
/// <param name="Sequence">The output of each step where that step is in the input, (batch, time, ...); null if it was not wanted.</param>
/// <param name="Last">The output of the step that came last, (batch, ...).</param>
/// <param name="States">The states after it.</param>
internal sealed record RecurrentResult(Tensor? Sequence, Tensor Last, Bundle<Tensor> States);
