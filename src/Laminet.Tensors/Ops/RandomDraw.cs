using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Ops;

/// <summary>
/// Random numbers from a key, an Int64 scalar, so that a traced step can be given another key each time. Uniform in [0, 1),
/// standard normal (Box and Muller), or that within two deviations. Element i depends on the key and i alone. From a vector of keys, each entry along
/// the first axis is drawn from its own key.
/// </summary>
/// <param name="Kind">Which.</param>
/// <param name="Shape">The output's shape.</param>
/// <param name="DType">The output's element type.</param>
public sealed record RandomDraw(RandomKind Kind, Shape Shape, DType DType) : Primitive
{
    /// <inheritdoc/>
    public override string Name => $"Random{Kind}";

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0].DType != DType.Int64 || !IsOneOrAKeyForEach(inputs[0].Shape)
        ? throw new DTypeException($"{Name}: received the key {inputs[0]}; expected an Int64 scalar{(Shape.Rank == 0 ? "" : $" or ({Shape[0]})")}.")
        : DType is DType.Float32 or DType.Float64 ? new(Shape, DType) : throw new DTypeException($"{Name}: received the type {DType}; expected Float32 or Float64. Cast the result.");

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => CheckedKernels.RandomNumbers(Kind, arguments.InputTensor(0), arguments.OutputTensor);

    private bool IsOneOrAKeyForEach(Shape keys) => keys.Rank == 0 || (Shape.Rank > 0 && keys == [Shape[0]]);
}

/// <summary>Keys made from others, Int64, and a number: <see cref="RandomKey.Fold(ulong)"/> in a compiled function.</summary>
/// <param name="Number">The number that is folded in.</param>
public sealed record FoldKey(ulong Number) : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        ReadOnlySpan<long> keys = arguments.Input<long>(0);
        Span<long> folded = arguments.Output<long>();
        for (int i = 0; i < keys.Length; i++)
            folded[i] = (long)new RandomKey((ulong)keys[i]).Fold(Number).Seed;
    }
}

/// <summary>The same with numbers that are a tensor too: inputs are the key, an Int64 scalar, and the numbers, Int64; the output has a key for each.</summary>
public sealed record FoldKeyBy : Primitive
{
    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[1].DType == DType.Int64
        ? inputs[1]
        : throw new DTypeException($"RandomKey.Fold: received the number {inputs[1]}; expected Int64.");

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        RandomKey key = new((ulong)arguments.Input<long>(0)[0]);
        ReadOnlySpan<long> numbers = arguments.Input<long>(1);
        Span<long> folded = arguments.Output<long>();
        for (int i = 0; i < numbers.Length; i++)
            folded[i] = (long)key.Fold((ulong)numbers[i]).Seed;
    }
}
