using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A convolution with the operations after it folded in: min(relu((x * k) scale + residual + bias), ceiling), each part optional, or y sigmoid(y) of what comes before the relu. The compiler makes
/// them; inputs are images, kernel, then scale, bias and residual where they are there.
/// </summary>
/// <param name="Core">The convolution.</param>
/// <param name="HasScale">Whether there is a factor for each filter.</param>
/// <param name="HasBias">Whether there is a bias.</param>
/// <param name="HasResidual">Whether there is a residual.</param>
/// <param name="Packed">The kernel's own shape where it is handed in as <see cref="KernelPanels"/>.</param>
/// <param name="Ceiling">What numbers above it become, after a relu.</param>
/// <param name="Swish">Whether y sigmoid(y) follows; then no relu does.</param>
internal sealed record FoldedConvolution(
    Convolution Core, bool HasScale = false, bool HasBias = false, bool HasResidual = false, Shape? Packed = null, double Ceiling = double.PositiveInfinity, bool Swish = false) : Primitive
{
    internal override bool WidensHalves => true;

    public override string Name => Folded.Name("Convolution", HasBias, HasResidual, Core.Relu, HasScale) + (double.IsFinite(Ceiling) ? "+Clip" : "") + (Swish ? "+Swish" : "");

    /// <summary>
    /// In inference y sigmoid(y) of a convolution's result y, which nothing else reads, is computed while y is in the cache: the convolution takes it in.
    /// </summary>
    /// <param name="product">A product of two operands.</param>
    /// <param name="surroundings">The graph around it.</param>
    /// <returns>The convolution in its place; null if it is none of these.</returns>
    public static Operation? InPlaceOfSwish(Operation product, Surroundings surroundings)
    {
        for (int i = 0; i < 2; i++)
        {
            (Operation source, Operation sigmoid) = (product.Inputs[i], product.Inputs[1 - i]);
            if (sigmoid.Primitive is Sigmoid && sigmoid.Inputs[0] == source && surroundings.HasOneReader(sigmoid) && surroundings.HasReaders(source, 2) && WithSwish(source) is { } primitive)
                return product with { Primitive = primitive, Inputs = source.Inputs, Scope = source.Scope };
        }

        return null;
    }

    private static FoldedConvolution? WithSwish(Operation source)
    {
        FoldedConvolution? folded = source.Primitive as FoldedConvolution ?? (source.Primitive is Convolution core ? new(core, HasBias: source.Inputs.Count == 3) : null);
        return folded is { Core.Relu: false, Swish: false } && source.Spec.DType == DType.Float32 ? folded with { Swish = true } : null;
    }

    // The residual is read where the result is written, and nowhere else; but a scale applies to sums, which gather where the result will be.
    internal override bool MayOverwrite(int input, int output = 0) => HasResidual && !HasScale && input == (HasBias ? 3 : 2);

    internal override Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs) => Swish ? null : follower.Kind switch
    {
        FollowerKind.Rectify when double.IsFinite(follower.Ceiling) => this with { Core = Core with { Relu = true }, Ceiling = Math.Min(Ceiling, follower.Ceiling) },
        // A bare convolution stays what a gradient knows.
        FollowerKind.Rectify when !Core.Relu && this == new FoldedConvolution(Core, HasBias: HasBias) => Core with { Relu = true },
        FollowerKind.Rectify when !Core.Relu => this with { Core = Core with { Relu = true } },
        FollowerKind.Residual when !Core.Relu && !HasResidual => this with { HasResidual = true },
        _ => null,
    };

    internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs)
    {
        Reads[] reads = new Reads[inputs.Length];
        for (int i = 0; i < reads.Length; i++)
            reads[i] = i == 0 || (HasResidual && i == inputs.Length - 1) ? Reads.Example : Reads.Whole;
        return reads;
    }

    internal override PreferredForm? CpuForm(int input, ReadOnlySpan<TensorSpec> inputs)
    {
        if (input != 1 || Packed is not null)
            return null;
        (Shape kernel, DType dtype) = (inputs[1].Shape, inputs[1].DType);
        int columns = KernelPanels.Columns(Core.Geometry(inputs[0].Shape, kernel, Core.Infer(inputs[..2]).Shape), dtype);
        return columns == 0 ? null : new PreferredForm(new KernelInPanels(columns), this with { Packed = kernel });
    }

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Core.Infer([inputs[0], Kernel(inputs[1])]);

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Core.Work([inputs[0], Kernel(inputs[1])], output);

    protected override void Run(in KernelArguments arguments)
    {
        Tensor? scale = HasScale ? arguments.InputTensor(2) : null, bias = HasBias ? arguments.InputTensor(HasScale ? 3 : 2) : null;
        CheckedKernels.Convolution(
            Core.Geometry(arguments.InputSpec(0).Shape, Packed ?? arguments.InputSpec(1).Shape, arguments.OutputSpec.Shape),
            arguments.InputTensor(0), arguments.InputTensor(1), scale, bias,
            HasResidual ? arguments.InputTensor(arguments.Count - 1) : null, Core.Relu, arguments.OutputTensor, Ceiling, Swish);
    }

    private TensorSpec Kernel(TensorSpec given) => given with { Shape = Packed ?? given.Shape };
}

/// <summary>A matrix product with the operations after it folded in: relu(x y + residual + bias), each part optional.</summary>
/// <param name="Core">The product.</param>
/// <param name="HasBias">Whether there is a bias.</param>
/// <param name="HasResidual">Whether there is a residual.</param>
/// <param name="Relu">Whether negative results become 0.</param>
/// <param name="Packed">The right factor's own shape where it is handed in as <see cref="KernelPanels"/>.</param>
internal sealed record FoldedMatMul(MatMul Core, bool HasBias, bool HasResidual, bool Relu, Shape? Packed = null) : Primitive
{
    internal override bool WidensHalves => true;

    public override string Name => Folded.Name("MatMul", HasBias, HasResidual, Relu);

    internal override bool AcceptsStrides => true;

    internal override PreferredForm? CpuForm(int input, ReadOnlySpan<TensorSpec> inputs)
    {
        (Shape left, Shape right) = (inputs[0].Shape, inputs[1].Shape);
        if (input != 1 || Packed is not null || Core.TransposeLeft || Core.TransposeRight || left.Rank != 2 || right.Rank != 2 || inputs[1].DType is not (DType.Float32 or DType.Float64))
            return null;
        int columns = KernelPanels.Columns(left[0], right[0], right[1], inputs[1].DType);
        return columns == 0 ? null : new PreferredForm(new KernelInPanels(columns), this with { Packed = right });
    }

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Core.Infer([inputs[0], Right(inputs[1])]);

    internal override Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs) => follower.Kind switch
    {
        FollowerKind.Rectify when !Relu && follower == Follower.Rectify => this with { Relu = true },
        FollowerKind.Residual when !Relu && !HasResidual => this with { HasResidual = true },
        _ => null,
    };

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => Core.Work([inputs[0], Right(inputs[1])], output);

    protected override void Run(in KernelArguments arguments)
    {
        Tensor? bias = HasBias ? arguments.InputTensor(2).Contiguous() : null, residual = HasResidual ? arguments.InputTensor(arguments.Count - 1).Contiguous() : null;
        if (Packed is null)
            Core.Run(arguments, bias, residual, Relu);
        else
            CheckedKernels.MatrixMultiplyPanels(arguments.InputTensor(0), arguments.InputTensor(1).Contiguous(), bias, residual, Relu, arguments.OutputTensor);
    }

    private TensorSpec Right(TensorSpec given) => given with { Shape = Packed ?? given.Shape };
}

internal static class Folded
{
    public static string Name(string product, bool bias, bool residual, bool relu, bool scale = false) =>
        product + (scale ? "+Scale" : "") + (residual ? "+Residual" : "") + (bias ? "+Bias" : "") + (relu ? "+Relu" : "");
}
