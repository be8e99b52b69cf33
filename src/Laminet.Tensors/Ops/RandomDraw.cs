using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

internal enum RandomKind
{
    Uniform,
    Normal,
    TruncatedNormal,
}

/// <summary>
/// Random numbers from a key, an Int64 scalar, so that a traced step can be given another key each time. Uniform in [0, 1),
/// standard normal (Box and Muller), or that within two deviations. Element i depends on the key and i alone.
/// </summary>
internal sealed record RandomDraw(RandomKind Kind, Shape Shape, DType DType) : Primitive
{
    public override string Name => $"Random{Kind}";

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0] != new TensorSpec(Shape.Scalar, DType.Int64)
        ? throw new DTypeException($"{Name}: received the key {inputs[0]}; expected an Int64 scalar.")
        : DType.IsFloat() ? new(Shape, DType) : throw new DTypeException($"{Name}: received the type {DType}; expected Float32 or Float64. Cast the result.");

    protected override void Run(in KernelArguments arguments)
    {
        ulong key = (ulong)arguments.Input<long>(0)[0];
        if (DType == DType.Float32)
            Fill<float>(key, arguments.OutputTensor);
        else
            Fill<double>(key, arguments.OutputTensor);
    }

    private void Fill<T>(ulong key, Tensor output) where T : unmanaged, IFloatingPointIeee754<T> =>
        // A task starts at a multiple of four, the numbers one block gives.
        Elementwise.Tiles(output.Length, (start, count) =>
        {
            Span<T> result = output.AsSpan<T>().Slice(start, count);
            Span<T> block = stackalloc T[4];
            for (int i = 0; i < count; i += 4)
            {
                ulong position = (ulong)(start + i) / 4;
                Block(key, position, 0, block);
                if (Kind == RandomKind.TruncatedNormal)
                    Redraw(key, position, block);
                block[..Math.Min(4, count - i)].CopyTo(result[i..]);
            }
        });

    // Attempt a draws from counters (position, a << 2 ...): every attempt is a stream of its own.
    private void Redraw<T>(ulong key, ulong position, Span<T> block) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> again = stackalloc T[4];
        T two = T.One + T.One;
        for (ulong attempt = 1; ; attempt++)
        {
            bool done = true;
            foreach (T value in block)
                done &= T.Abs(value) <= two;
            if (done)
                return;
            Block(key, position, attempt, again);
            for (int i = 0; i < 4; i++)
            {
                if (T.Abs(block[i]) > two)
                    block[i] = again[i];
            }
        }
    }

    private void Block<T>(ulong key, ulong position, ulong attempt, Span<T> block) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            (uint a, uint b, uint c, uint d) = Philox.Block(key, position, attempt << 2);
            (block[0], block[1], block[2], block[3]) = (Unit24<T>(a), Unit24<T>(b), Unit24<T>(c), Unit24<T>(d));
        }
        else
        {
            (uint a, uint b, uint c, uint d) = Philox.Block(key, position, attempt << 2);
            (uint e, uint f, uint g, uint h) = Philox.Block(key, position, (attempt << 2) | 2);
            (block[0], block[1], block[2], block[3]) = (Unit53<T>(a, b), Unit53<T>(c, d), Unit53<T>(e, f), Unit53<T>(g, h));
        }

        if (Kind == RandomKind.Uniform)
            return;
        for (int i = 0; i < 4; i += 2)
        {
            // 1 - u lies in (0, 1], where the logarithm is finite.
            T radius = T.Sqrt(T.CreateChecked(-2) * T.Log(T.One - block[i]));
            (T sine, T cosine) = T.SinCosPi(block[i + 1] * T.CreateChecked(2));
            (block[i], block[i + 1]) = (radius * cosine, radius * sine);
        }
    }

    // As many of the upper bits as the mantissa holds, so that 1 is never reached by rounding.
    private static T Unit24<T>(uint word) where T : IFloatingPointIeee754<T> => T.CreateChecked((word >> 8) * (1f / (1 << 24)));

    private static T Unit53<T>(uint low, uint high) where T : IFloatingPointIeee754<T> =>
        T.CreateChecked(((((ulong)high << 32) | low) >> 11) * (1.0 / (1UL << 53)));
}

/// <summary>A key made from another, an Int64 scalar, and a number: <see cref="RandomKey.Fold"/> in a compiled function.</summary>
internal sealed record FoldKey(ulong Number) : Primitive
{
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

    protected override void Run(in KernelArguments arguments) =>
        arguments.Output<long>()[0] = (long)new RandomKey((ulong)arguments.Input<long>(0)[0]).Fold(Number).Seed;
}
