using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// A normalisation with the sum after it folded in: normalised x + residual, rectified if <see cref="Normalize.Rectifies"/>. Inputs are
/// those of the normalisation, then the residual.
/// </summary>
internal sealed record FoldedNormalize(Normalize Core) : Primitive
{
    internal override bool WidensHalves => true;

    public override string Name => Folded.Name("Normalize", false, true, Core.Rectifies);

    internal override bool IsOnePass => true;

    // Read where the result is written, and nowhere else.
    internal override bool MayOverwrite(int input, int output = 0) => input == 5;

    internal override Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs) =>
        follower == Follower.Rectify && !Core.Rectifies ? new FoldedNormalize(Core with { Rectifies = true }) : null;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Core.Infer(inputs[..5]);

    protected override void Run(in KernelArguments arguments) => CheckedKernels.Normalize(
        arguments.InputTensor(0), Channels.By(arguments, 1, Core.Epsilon, Core.Rectifies), arguments.InputTensor(5), arguments.OutputTensor);
}
