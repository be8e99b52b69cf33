using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A convolution with the operations after it folded in: relu(x * k + residual + bias), each part optional. The compiler makes them;
/// inputs are images, kernel, then bias and residual where they are there.
/// </summary>
internal sealed record FoldedConvolution(Convolution Core, bool HasBias, bool HasResidual) : Primitive
{
    public override string Name => Folded.Name("Convolution", HasBias, HasResidual, Core.Relu);

    // The residual is read where the result is written, and nowhere else.
    internal override bool MayOverwrite(int input) => HasResidual && input == (HasBias ? 3 : 2);

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Core.Infer(inputs[..(HasBias ? 3 : 2)]);

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Core.Work(inputs, output);

    protected override void Run(in KernelArguments arguments) => CheckedKernels.Convolution(
        Core.Geometry(arguments.InputSpec(0).Shape, arguments.InputSpec(1).Shape, arguments.OutputSpec.Shape),
        arguments.InputTensor(0), arguments.InputTensor(1), HasBias ? arguments.InputTensor(2) : null,
        HasResidual ? arguments.InputTensor(arguments.Count - 1) : null, Core.Relu, arguments.OutputTensor);
}

/// <summary>A matrix product with the operations after it folded in: relu(x y + residual + bias), each part optional.</summary>
internal sealed record FoldedMatMul(MatMul Core, bool HasBias, bool HasResidual, bool Relu) : Primitive
{
    public override string Name => Folded.Name("MatMul", HasBias, HasResidual, Relu);

    internal override bool AcceptsStrides => true;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Core.Infer(inputs[..2]);

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Core.Work(inputs, output);

    protected override void Run(in KernelArguments arguments) => Core.Run(
        arguments, HasBias ? arguments.InputTensor(2).Contiguous() : null, HasResidual ? arguments.InputTensor(arguments.Count - 1).Contiguous() : null, Relu);
}

internal static class Folded
{
    public static string Name(string product, bool bias, bool residual, bool relu) =>
        product + (residual ? "+Residual" : "") + (bias ? "+Bias" : "") + (relu ? "+Relu" : "");
}
