using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// Random numbers from a key, an Int64 scalar, so that a traced step can be given another key each time. Uniform in [0, 1),
/// standard normal (Box and Muller), or that within two deviations. Element i depends on the key and i alone.
/// </summary>
/// <param name="Kind">Which.</param>
/// <param name="Shape">The output's shape.</param>
/// <param name="DType">The output's element type.</param>
public sealed record RandomDraw(RandomKind Kind, Shape Shape, DType DType) : Primitive
{
    /// <inheritdoc/>
    public override string Name => $"Random{Kind}";

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0] != new TensorSpec(Shape.Scalar, DType.Int64)
        ? throw new DTypeException($"{Name}: received the key {inputs[0]}; expected an Int64 scalar.")
        : DType is DType.Float32 or DType.Float64 ? new(Shape, DType) : throw new DTypeException($"{Name}: received the type {DType}; expected Float32 or Float64. Cast the result.");

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        CheckedKernels.RandomNumbers(Kind, arguments.Input<long>(0)[0], arguments.OutputTensor);
}

/// <summary>A key made from another, an Int64 scalar, and a number: <see cref="RandomKey.Fold(ulong)"/> in a compiled function.</summary>
/// <param name="Number">The number that is folded in.</param>
public sealed record FoldKey(ulong Number) : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        arguments.Output<long>()[0] = (long)new RandomKey((ulong)arguments.Input<long>(0)[0]).Fold(Number).Seed;
}

/// <summary>The same with a number that is a tensor too: inputs are the key and the number, both Int64 scalars.</summary>
public sealed record FoldKeyBy : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[1] == new TensorSpec(Shape.Scalar, DType.Int64)
        ? inputs[0]
        : throw new DTypeException($"RandomKey.Fold: received the number {inputs[1]}; expected an Int64 scalar.");

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) =>
        arguments.Output<long>()[0] = (long)new RandomKey((ulong)arguments.Input<long>(0)[0]).Fold((ulong)arguments.Input<long>(1)[0]).Seed;
}
