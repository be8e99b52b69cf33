using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Creating tensors from numbers, and printing them.</content>
public sealed partial class Tensor
{
    /// <summary>A tensor of the given shape that holds a copy of <paramref name="values"/>, in row-major order.</summary>
    /// <exception cref="ShapeException">The shape does not have as many elements as there are values.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged
    {
        if (values.Length != shape.ElementCount)
            throw new ShapeException($"Received {values.Length} values for the shape {shape}, which has {shape.ElementCount} elements.");
        Tensor tensor = Empty(shape, DTypes.Of<T>());
        values.CopyTo(tensor.AsSpan<T>());
        GC.KeepAlive(tensor);
        return tensor;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public static Tensor From<T>(T[] values, Shape shape) where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    /// <summary>A vector that holds a copy of <paramref name="values"/>.</summary>
    public static Tensor From<T>(params T[] values) where T : unmanaged => From((ReadOnlySpan<T>)values, [values.Length]);

    /// <summary>A matrix that holds a copy of <paramref name="values"/>.</summary>
    public static Tensor From<T>(T[,] values) where T : unmanaged => FromArray(values);

    /// <summary>A tensor of rank 3 that holds a copy of <paramref name="values"/>.</summary>
    public static Tensor From<T>(T[,,] values) where T : unmanaged => FromArray(values);

    /// <summary>A tensor of rank 4 that holds a copy of <paramref name="values"/>.</summary>
    public static Tensor From<T>(T[,,,] values) where T : unmanaged => FromArray(values);

    /// <summary>
    /// A tensor that holds a copy of an array whose type is known only at run time. The array has one to eight axes, or rows of equal length
    /// (<c>float[][]</c>).
    /// </summary>
    /// <exception cref="DTypeException">The array does not hold numbers of one of the thirteen types.</exception>
    /// <exception cref="ShapeException">Rows differ in length, or there are none.</exception>
    public static Tensor FromArray(Array values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Type held = values.GetType().GetElementType()!;
        if (held.IsArray)
            return FromRows([.. values.Cast<Array>().Select(FromArray)]);
        int[] dimensions = new int[values.Rank];
        for (int axis = 0; axis < dimensions.Length; axis++)
            dimensions[axis] = values.GetLength(axis);
        Tensor tensor = Empty(dimensions, DTypes.Of(held));
        if (values.Length > 0)
        {
            Copying body = new(values, tensor);
            DTypes.BySize(tensor.DType, ref body);
        }

        GC.KeepAlive(tensor);
        return tensor;
    }

    /// <summary>A tensor of rank 0: one number.</summary>
    public static Tensor Scalar<T>(T value) where T : unmanaged => From([value], Shape.Scalar);

    /// <summary>A tensor of rank 0 of the given type: one number, converted.</summary>
    public static Tensor Scalar(double value, DType dtype) => Full(Shape.Scalar, value, dtype);

    /// <inheritdoc cref="Scalar(double, DType)"/>
    public static Tensor Scalar(long value, DType dtype) => Full(Shape.Scalar, value, dtype);

    /// <inheritdoc cref="Scalar(double, DType)"/>
    public static Tensor Scalar(ulong value, DType dtype) => Full(Shape.Scalar, value, dtype);

    /// <summary>A tensor filled with one number; a C# integer keeps all of its 64 bits. NumPy, Keras and PyTorch: <c>full</c>; ONNX: <c>ConstantOfShape</c>.</summary>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold the number.</exception>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float32) => Full(shape, (Number)value, dtype);

    /// <inheritdoc cref="Full(Shape, double, DType)"/>
    public static Tensor Full(Shape shape, long value, DType dtype = DType.Float32) => Full(shape, (Number)value, dtype);

    /// <inheritdoc cref="Full(Shape, double, DType)"/>
    public static Tensor Full(Shape shape, ulong value, DType dtype = DType.Float32) => Full(shape, (Number)value, dtype);

    private static Tensor Full(Shape shape, Number value, DType dtype)
    {
        Tensor tensor = Empty(shape, dtype);
        tensor.Fill(value);
        return tensor;
    }

    /// <summary>A tensor of zeros. NumPy, Keras and PyTorch: <c>zeros</c>, <c>empty</c>.</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float32) => Full(shape, 0, dtype);

    /// <summary>A tensor of ones. NumPy, Keras and PyTorch: <c>ones</c>.</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float32) => Full(shape, 1, dtype);

    /// <summary>Zeros of this tensor's shape and type. NumPy, Keras and PyTorch: <c>zeros_like</c>, <c>empty_like</c>.</summary>
    public Tensor ZerosLike() => FullLike(0);

    /// <summary>Ones of this tensor's shape and type. NumPy, Keras and PyTorch: <c>ones_like</c>.</summary>
    public Tensor OnesLike() => FullLike(1);

    /// <summary>A number in every place of a tensor of this one's shape and type. NumPy, Keras and PyTorch: <c>full_like</c>.</summary>
    /// <param name="value">The number.</param>
    public Tensor FullLike(double value) => FilledWith(() => Full(Shape, value, DType), () => Scalar(value, DType));

    /// <inheritdoc cref="FullLike(double)"/>
    public Tensor FullLike(long value) => FilledWith(() => Full(Shape, value, DType), () => Scalar(value, DType));

    /// <summary>The numbers start, start + 1, ... below <paramref name="stop"/>, as a vector. NumPy, Keras and PyTorch: <c>arange</c>; ONNX: <c>Range</c>.</summary>
    public static Tensor Range(int start, int stop, DType dtype = DType.Int32)
    {
        if (stop < start)
            throw new ArgumentOutOfRangeException(nameof(stop), $"Received the range {start} to {stop}; the stop must not be below the start.");
        int[] values = new int[stop - start];
        for (int i = 0; i < values.Length; i++)
            values[i] = start + i;
        return From(values).Cast(dtype);
    }

    /// <summary>The identity matrix. NumPy and Keras: <c>identity</c>; PyTorch: <c>eye</c>; ONNX: <c>EyeLike</c>.</summary>
    public static Tensor Identity(int size, DType dtype = DType.Float32) =>
        Range(0, size).Reshape([size, 1]).Equal(Range(0, size)).Cast(dtype);

    /// <summary>Type, shape and the first numbers as text, for display; the format may change.</summary>
    public override string ToString()
    {
        StringBuilder text = new($"{DType} {Shape}");
        if (storage is null)
            return text.Append(" without values").ToString();
        const int most = 12;
        Tensor flat = Reshape([Length]);
        if (Length > most)
            flat = flat.Slice(0, most);
        text.Append(" [");
        if (DType == DType.Bool)
        {
            text.AppendJoin(", ", flat.ToArray<bool>().Select(value => value ? "true" : "false"));
        }
        else
        {
            Printing body = new(flat.Cast(DType.Computed()), text);
            DTypes.Number(DType.Computed(), ref body);
        }

        return text.Append(Length > most ? ", ...]" : "]").ToString();
    }

    /// <summary>Writes one number to all elements. Only for a new tensor that no other code has read yet.</summary>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold the number.</exception>
    internal void Fill(Number value)
    {
        Check.Holds(DType, value);
        if (DType == DType.Bool)
        {
            AsSpan<bool>().Fill(value.To<double>() != 0);
        }
        else if (DType.IsHalf())
        {
            AsRawSpan<ushort>().Fill(DType.HalfBits(value.To<float>()));
        }
        else
        {
            Filling body = new(this, value);
            DTypes.Number(DType, ref body);
        }

        GC.KeepAlive(this);
    }

    // In a function that is being compiled one number is enough: a constant as large as the tensor would be kept with the program.
    private Tensor FilledWith(Func<Tensor> full, Func<Tensor> one) => IsShapeOnly ? ShapeOnly(Shape, DType) : Operation is null ? full() : one().BroadcastTo(Shape);

    private static Tensor FromRows(Tensor[] rows)
    {
        int different = Array.FindIndex(rows, row => row.Shape != rows[0].Shape);
        return rows.Length == 0 ? throw new ShapeException("Received an array without rows, so their length is not known. Give at least one row.")
            : different < 0 ? Stack(rows)
            : throw new ShapeException($"Received rows of different lengths: row 0 has {Length(0)}{(rows[0].Rank == 1 ? " numbers" : "")}, row {different} has {Length(different)}. "
                + "All rows of a table must have the same length; pad them, or use Dataset.FromRagged.");

        string Length(int row) => rows[row].Rank == 1 ? $"{rows[row].Length}" : $"the shape {rows[row].Shape}";
    }

    private readonly struct Copying(Array values, Tensor tensor) : IMoveBody
    {
        public void Run<T>() where T : unmanaged
        {
            ref T first = ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values));
            MemoryMarshal.CreateReadOnlySpan(ref first, values.Length).CopyTo(tensor.AsRawSpan<T>());
        }
    }

    private readonly struct Filling(Tensor tensor, Number value) : INumberBody
    {
        public void Run<T>() where T : unmanaged, INumber<T>
        {
            Span<T> elements = tensor.AsSpan<T>();
            T number = value.To<T>();
            // Of most types there are scalars alone: no vectors of them are compiled in a process's first step.
            if (elements.Length == 1)
                elements[0] = number;
            else
                elements.Fill(number);
        }
    }

    private readonly struct Printing(Tensor tensor, StringBuilder text) : INumberBody
    {
        public void Run<T>() where T : unmanaged, INumber<T>
        {
            string? format = tensor.DType.IsFloat() ? "G6" : null;
            text.AppendJoin(", ", tensor.ToArray<T>().Select(value => value.ToString(format, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
