using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A chain of elementwise operations run tile by tile: what lies between stays in the first-level cache. The compiler makes them; the last
/// step gives the output.
/// </summary>
internal sealed record Fused : Primitive
{
    private readonly TileProgram program;

    public Fused(TileProgram program) => this.program = program;

    /// <summary>For example <c>Add+Relu</c>.</summary>
    public override string Name => string.Join('+', program.Steps.Select(step => step.Operation.Name));

    internal override bool AcceptsStrides => true;

    internal override bool IsOnePass => true;

    internal override bool MayOverwrite(int input) => program.Steps[^1].Operation.MayOverwrite(0);

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        TensorSpec[] values = [.. inputs, .. new TensorSpec[program.Steps.Length]];
        for (int step = 0; step < program.Steps.Length; step++)
            values[program.Inputs + step] = program.Steps[step].Operation.Infer([.. program.Steps[step].Operands.Select(operand => values[operand])]);
        return values[^1];
    }

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (double)program.Steps.Length * output.Shape.ElementCount;

    protected override void Run(in KernelArguments arguments) => TileLoop.Run(program, arguments);
}
