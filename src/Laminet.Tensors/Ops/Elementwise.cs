using System.Globalization;
using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Ops;

internal delegate void UnaryTile<TIn, TOut>(ReadOnlySpan<TIn> x, Span<TOut> result);

internal delegate void BinaryTile<TIn, TOut>(ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> result);

internal delegate void TernaryTile<TIn, TOut>(ReadOnlySpan<bool> condition, ReadOnlySpan<TIn> x, ReadOnlySpan<TIn> y, Span<TOut> result);

/// <summary>
/// The drivers of all elementwise operations. Work is cut into tiles whose borders depend on the length alone, so the
/// bits do not depend on the number of threads; an operand with gaps (a broadcast, a transpose) is read tile by tile.
/// </summary>
internal static class Elementwise
{
    /// <summary>Elements a tile has at most: three of doubles fit in a first-level cache.</summary>
    public const int TileLength = 1024;

    // Elements one parallel task takes: enough to outweigh handing it out.
    private const int TaskLength = 32 * TileLength;

    public static void Tiles(int length, Action<int, int> body)
    {
        int tasks = (length + TaskLength - 1) / TaskLength;
        if (tasks <= 1)
            body(0, length);
        else
            Workers.For(tasks, task => body(task * TaskLength, Math.Min(TaskLength, length - (task * TaskLength))));
    }

    public static void Unary<TIn, TOut>(in KernelArguments arguments, UnaryTile<TIn, TOut> operation)
        where TIn : unmanaged where TOut : unmanaged
    {
        (Tensor x, Tensor output) = (arguments.InputTensor(0), arguments.OutputTensor);
        Tiles(output.Length, (start, count) =>
        {
            Span<TIn> scratch = stackalloc TIn[TileLength];
            StridedReader<TIn> reader = new(x);
            Span<TOut> result = output.AsSpan<TOut>();
            for (int end = start + count; start < end; start += TileLength)
            {
                int length = Math.Min(TileLength, end - start);
                operation(reader.Read(start, length, scratch), result.Slice(start, length));
            }
        });
    }

    public static void Binary<TIn, TOut>(in KernelArguments arguments, BinaryTile<TIn, TOut> operation)
        where TIn : unmanaged where TOut : unmanaged
    {
        Tensor output = arguments.OutputTensor;
        Tensor x = arguments.InputTensor(0).BroadcastView(output.Shape);
        Tensor y = arguments.InputTensor(1).BroadcastView(output.Shape);
        Tiles(output.Length, (start, count) =>
        {
            Span<TIn> scratchX = stackalloc TIn[TileLength];
            Span<TIn> scratchY = stackalloc TIn[TileLength];
            StridedReader<TIn> readerX = new(x), readerY = new(y);
            Span<TOut> result = output.AsSpan<TOut>();
            for (int end = start + count; start < end; start += TileLength)
            {
                int length = Math.Min(TileLength, end - start);
                operation(readerX.Read(start, length, scratchX), readerY.Read(start, length, scratchY), result.Slice(start, length));
            }
        });
    }

    public static void Ternary<T>(in KernelArguments arguments, TernaryTile<T, T> operation) where T : unmanaged
    {
        Tensor output = arguments.OutputTensor;
        Tensor condition = arguments.InputTensor(0).BroadcastView(output.Shape);
        Tensor x = arguments.InputTensor(1).BroadcastView(output.Shape);
        Tensor y = arguments.InputTensor(2).BroadcastView(output.Shape);
        Tiles(output.Length, (start, count) =>
        {
            Span<bool> scratchCondition = stackalloc bool[TileLength];
            Span<T> scratchX = stackalloc T[TileLength];
            Span<T> scratchY = stackalloc T[TileLength];
            StridedReader<bool> readerCondition = new(condition);
            StridedReader<T> readerX = new(x), readerY = new(y);
            Span<T> result = output.AsSpan<T>();
            for (int end = start + count; start < end; start += TileLength)
            {
                int length = Math.Min(TileLength, end - start);
                operation(readerCondition.Read(start, length, scratchCondition), readerX.Read(start, length, scratchX),
                    readerY.Read(start, length, scratchY), result.Slice(start, length));
            }
        });
    }
}

/// <summary>Shape and type checks that many operations share.</summary>
internal static class Check
{
    public static DType SameType(string operation, TensorSpec x, TensorSpec y) => x.DType == y.DType
        ? x.DType
        : throw new DTypeException($"{operation}: received {x} and {y}; both must have one element type. Cast one of them.");

    public static DType Number(string operation, TensorSpec x) => x.DType != DType.Bool
        ? x.DType
        : throw new DTypeException($"{operation}: received {x}; truth values have no arithmetic. Cast to a number type, or use And, Or, Not.");

    public static DType Float(string operation, TensorSpec x) => x.DType.IsFloat()
        ? x.DType
        : throw new DTypeException($"{operation}: received {x}; expected Float32 or Float64. Cast it first.");

    // Rounding would change the meaning silently: x < 0.5 of integers is not x < 0.
    public static void Holds(DType dtype, double value)
    {
        (double lowest, double highest) = dtype switch
        {
            DType.Int32 => (int.MinValue, int.MaxValue),
            DType.Int64 => (-9223372036854775808.0, 9223372036854774784.0),
            DType.UInt8 => (0, 255),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        if (!dtype.IsFloat() && dtype != DType.Bool && (value < lowest || value > highest || value != Math.Floor(value)))
            throw new DTypeException($"Received the number {value.ToString(CultureInfo.InvariantCulture)} for a tensor of {dtype}, which does not hold it. Cast the tensor to Float32 first.");
    }

    public static Shape Broadcast(string operation, Shape x, Shape y)
    {
        try
        {
            return Shape.Broadcast(x, y);
        }
        catch (ShapeException exception)
        {
            throw new ShapeException($"{operation}: {exception.Message}", exception);
        }
    }
}

/// <summary>An operation on each element of a tensor of numbers.</summary>
internal abstract record NumberUnary : Primitive
{
    internal override bool AcceptsStrides => true;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Number(Name, inputs[0]);
        return inputs[0];
    }

    protected override void Run(in KernelArguments arguments)
    {
        switch (arguments.OutputSpec.DType)
        {
            case DType.Float32: Elementwise.Unary<float, float>(arguments, Invoke); break;
            case DType.Float64: Elementwise.Unary<double, double>(arguments, Invoke); break;
            case DType.Int32: Elementwise.Unary<int, int>(arguments, Invoke); break;
            case DType.Int64: Elementwise.Unary<long, long>(arguments, Invoke); break;
            default: Elementwise.Unary<byte, byte>(arguments, Invoke); break;
        }
    }

    protected abstract void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, INumber<T>;
}

/// <summary>An operation on each element of a floating-point tensor.</summary>
internal abstract record FloatUnary : Primitive
{
    internal override bool AcceptsStrides => true;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        return inputs[0];
    }

    protected override void Run(in KernelArguments arguments)
    {
        if (arguments.OutputSpec.DType == DType.Float32)
            Elementwise.Unary<float, float>(arguments, Invoke);
        else
            Elementwise.Unary<double, double>(arguments, Invoke);
    }

    protected abstract void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>An operation on the elements of two tensors of numbers, with broadcasting.</summary>
internal abstract record NumberBinary : Primitive
{
    internal override bool AcceptsStrides => true;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Number(Name, inputs[0]);
        return new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), Check.SameType(Name, inputs[0], inputs[1]));
    }

    protected override void Run(in KernelArguments arguments)
    {
        switch (arguments.OutputSpec.DType)
        {
            case DType.Float32: Elementwise.Binary<float, float>(arguments, Invoke); break;
            case DType.Float64: Elementwise.Binary<double, double>(arguments, Invoke); break;
            case DType.Int32: Elementwise.Binary<int, int>(arguments, Invoke); break;
            case DType.Int64: Elementwise.Binary<long, long>(arguments, Invoke); break;
            default: Elementwise.Binary<byte, byte>(arguments, Invoke); break;
        }
    }

    /// <summary>The gradient before it is summed over the axes along which the input was broadcast.</summary>
    protected abstract Tensor? Partial(int input, in GradientArguments arguments);

    protected sealed override Tensor? Gradient(int input, in GradientArguments arguments) =>
        Partial(input, arguments)?.SumTo(arguments.Inputs[input].Shape);

    protected abstract void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) where T : unmanaged, INumber<T>;
}

/// <summary>An operation on the elements of two floating-point tensors, with broadcasting.</summary>
internal abstract record FloatBinary : Primitive
{
    internal override bool AcceptsStrides => true;

    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
    {
        Check.Float(Name, inputs[0]);
        return new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), Check.SameType(Name, inputs[0], inputs[1]));
    }

    protected override void Run(in KernelArguments arguments)
    {
        if (arguments.OutputSpec.DType == DType.Float32)
            Elementwise.Binary<float, float>(arguments, Invoke);
        else
            Elementwise.Binary<double, double>(arguments, Invoke);
    }

    /// <summary>The gradient before it is summed over the axes along which the input was broadcast.</summary>
    protected abstract Tensor? Partial(int input, in GradientArguments arguments);

    protected sealed override Tensor? Gradient(int input, in GradientArguments arguments) =>
        Partial(input, arguments)?.SumTo(arguments.Inputs[input].Shape);

    protected abstract void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
