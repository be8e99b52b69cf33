using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A chain of elementwise operations run tile by tile: what lies between stays in the first-level cache. The compiler makes them; the last
/// step gives the output.
/// </summary>
/// <param name="Program">What is run.</param>
internal sealed record Fused(TileProgram Program) : Primitive
{
    /// <summary>For example <c>Add+Relu</c>.</summary>
    public override string Name => Program.Name;

    internal override bool AcceptsStrides => true;

    internal override bool IsOnePass => true;

    internal override bool MayOverwrite(int input, int output = 0) => Program.Steps[^1].Operation is Primitive last && last.MayOverwrite(0);

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Program.Infer(inputs);

    // An input without the first axis, or of one entry there, is broadcast along the examples.
    internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs)
    {
        Shape output = Infer(inputs).Shape;
        Reads[] reads = new Reads[output.Rank > 0 ? inputs.Length : 0];
        for (int i = 0; i < reads.Length; i++)
            reads[i] = inputs[i].Shape.Rank == output.Rank && inputs[i].Shape[0] == output[0] ? Reads.Example : Reads.Whole;
        return reads;
    }

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (double)Program.Steps.Length * output.Shape.ElementCount;

    protected override void Run(in KernelArguments arguments) => TileLoop.Run(Program, arguments);
}

/// <summary>
/// A reduction of what a chain computes, which never reaches memory as a whole. The compiler makes them; the bits are those of the chain
/// and the reduction one after the other.
/// </summary>
/// <param name="Chain">Gives the elements.</param>
/// <param name="Shape">The elements' shape.</param>
/// <param name="Reduction">What is made of them.</param>
internal sealed record FusedReduce(TileProgram Chain, Shape Shape, Reduce Reduction) : Primitive
{
    private readonly TileProgram elements = Chain.As(Chain.Steps[^1].OutputType.Accumulated());

    /// <summary>For example <c>Square+Sum</c>.</summary>
    public override string Name => $"{Chain.Name}+{Reduction.Name}";

    internal override bool AcceptsStrides => true;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Reduction.Infer([Chain.Infer(inputs)]);

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (Chain.Steps.Length + 1.0) * Shape.ElementCount;

    protected override void Run(in KernelArguments arguments)
    {
        (int outer, int reduce, int inner) = Reduction.Split(Shape);
        CheckedKernels.ReduceChain(Reduction.Kind, elements, Shape, arguments, outer, reduce, inner);
    }
}
