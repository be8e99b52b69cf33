using System.Diagnostics;
using System.Numerics;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors;

/// <summary>
/// An array of numbers with a <see cref="Shape"/> and a <see cref="DType"/>. A tensor is immutable: operations return new
/// tensors. It needs no Dispose. Images are channels-last: <c>(batch, height, width, channels)</c>.
/// Keras and PyTorch: <c>is_tensor</c>, which C# writes <c>x is Tensor</c>.
/// </summary>
/// <remarks>
/// Operations are methods and operators of the tensor, one family per file in <c>Ops/</c>. Operands of two element types are cast to their common
/// type (<see cref="DTypes.Promote"/>). A C# number as operand takes the type of the tensor, except that a floating-point number
/// converts an integer tensor to Float32.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Tensor
{
    private Storage? storage;
    private readonly int[] strides;

    private Tensor(Storage? storage, int offset, Shape shape, int[] strides, DType dtype)
    {
        this.storage = storage;
        Offset = offset;
        this.strides = strides;
        Shape = shape;
        DType = dtype;
        IsContiguous = HasRowMajorStrides(shape, strides);
    }

    /// <summary>The lengths of the axes, outermost first. NumPy, Keras and PyTorch: <c>shape</c>; ONNX: <c>Shape</c>.</summary>
    public Shape Shape { get; }

    /// <summary>The type of the elements. NumPy, Keras and PyTorch: <c>dtype</c>.</summary>
    public DType DType { get; }

    /// <summary>The number of axes. NumPy, Keras and PyTorch: <c>ndim</c>.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements. NumPy and Keras: <c>size</c>; PyTorch: <c>numel</c>; ONNX: <c>Size</c>.</summary>
    public int Length => Shape.ElementCount;

    /// <summary>Shape and element type together.</summary>
    public TensorSpec Spec => field ??= new(Shape, DType);

    /// <summary>
    /// True for a tensor that has a shape but no numbers. Layers run on such tensors to find their output shapes.
    /// </summary>
    public bool IsShapeOnly => storage is null && Operation is null;

    /// <summary>How this tensor was made, where a gradient may be asked for; null where nothing is recorded.</summary>
    internal Node? Node { get; private set; }

    /// <summary>Which of the node's outputs this tensor is.</summary>
    internal int NodeOutput { get; private set; }

    /// <summary>What will compute this tensor in a function that is being compiled; null for a tensor with numbers.</summary>
    internal Operation? Operation { get; private init; }

    /// <summary>The number of the loop's body in whose trace the tensor was made (<see cref="Tracer.CurrentBody"/>); 0 for none.</summary>
    internal int Body { get; private init; }

    /// <summary>True if the elements lie in row-major order without gaps.</summary>
    internal bool IsContiguous { get; }

    /// <summary>The buffer the numbers lie in.</summary>
    /// <exception cref="InvalidOperationException">The tensor has a shape but no numbers.</exception>
    internal Storage Storage => storage ?? throw new InvalidOperationException(Operation is not null
        ? $"The numbers of this tensor of shape {Shape} are not known yet: a function is being compiled, and its operations are only recorded. "
        + "Do not read values (Item, ToDouble, ToArray) inside it: return the tensor and read it outside, use Function.HostCall, write a "
        + "choice with Tensor.Where, or run eagerly (for a model: RunEagerly = true)."
        : $"This tensor of shape {Shape} has no numbers yet: it stands for a shape while layers are built. Do not read values "
        + "(Item, ToArray) in a layer's Forward; express the computation in tensor operations (for a choice, Tensor.Where).");

    /// <summary>Where in the buffer, in elements, the first number lies.</summary>
    internal int Offset { get; private set; }

    /// <summary>Elements between neighbours along each axis.</summary>
    internal ReadOnlySpan<int> Strides => strides;

    /// <summary>Copies the numbers out, in row-major order. Keras: <c>convert_to_numpy</c>; PyTorch: <c>numpy</c>.</summary>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the tensor's element type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        T[] values = new T[Length];
        CopyTo<T>(values);
        return values;
    }

    /// <summary>Copies the numbers into <paramref name="destination"/>, in row-major order.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than the tensor.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the tensor's element type.</exception>
    public void CopyTo<T>(Span<T> destination) where T : unmanaged
    {
        Shape.RequireRoom(destination);
        Tensor contiguous = Contiguous();
        contiguous.AsSpan<T>().CopyTo(destination);
        GC.KeepAlive(contiguous);
    }

    /// <summary>Copies the numbers of a tensor of any type into <paramref name="destination"/> as doubles, in row-major order; true is 1.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than the tensor.</exception>
    public void CopyToDoubles(Span<double> destination)
    {
        Shape.RequireRoom(destination);
        Tensor contiguous = Contiguous();
        Span<double> numbers = destination[..Length];
        if (DType.IsHalf())
        {
            contiguous.Cast(DType.Float32).CopyToDoubles(numbers);
            return;
        }

        Doubles body = new(contiguous, numbers);
        DTypes.Number(DType.AsNumber(), ref body);
        GC.KeepAlive(contiguous);
    }

    /// <summary>The number of a tensor with one element.</summary>
    /// <exception cref="ShapeException">The tensor has not exactly one element.</exception>
    public T Item<T>() where T : unmanaged
    {
        RequireOneElement();
        T value = AsSpan<T>()[0];
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>The number of a one-element tensor of any type, as a double.</summary>
    public double ToDouble()
    {
        RequireOneElement();
        Span<double> number = stackalloc double[1];
        CopyToDoubles(number);
        return number[0];
    }

    /// <summary>The same numbers in row-major order without gaps. Returns this tensor itself if it is already contiguous. Call it once before a
    /// transposed or broadcast tensor is read many times. NumPy and Keras: <c>copy</c>, which a tensor never needs, since it does not change; PyTorch: <c>contiguous</c>.</summary>
    public Tensor Contiguous()
    {
        if (IsContiguous || storage is null)
            return this;
        Tensor copy = Empty(Shape, DType);
        CpuDevice.Copy(this, copy);
        if (Node is not null)
            copy.Record(Node, NodeOutput);
        return copy;
    }

    /// <summary>A tensor with its own buffer whose numbers are undefined until they are written.</summary>
    internal static Tensor Empty(Shape shape, DType dtype) =>
        new(new Storage((long)shape.ElementCount * dtype.Size()), 0, shape, shape.RowMajorStrides(), dtype) { Body = Tracer.CurrentBody };

    /// <summary>A tensor without numbers, to compute shapes.</summary>
    public static Tensor ShapeOnly(Shape shape, DType dtype = DType.Float32) => new(null, 0, shape, shape.RowMajorStrides(), dtype);

    /// <summary>A tensor of a function that is being compiled.</summary>
    internal static Tensor Symbol(Operation operation) =>
        new(null, 0, operation.Spec.Shape, operation.Spec.Shape.RowMajorStrides(), operation.Spec.DType) { Operation = operation };

    /// <summary>A tensor in a given buffer, with the shape, strides and type of another.</summary>
    internal static Tensor In(Storage storage, int offset, Tensor layout) => new(storage, offset, layout.Shape, layout.strides, layout.DType);

    /// <summary>A view without a buffer, with the shape, strides and type of another tensor: see <see cref="MoveTo"/>.</summary>
    internal static Tensor Unplaced(Tensor layout) => new(null, 0, layout.Shape, layout.strides, layout.DType);

    /// <summary>
    /// Points a view at another buffer, or at none. Only for a view that a compiled program made for its kernels and gives to no other code: each
    /// call has other tensors, and new views for each call would be garbage.
    /// </summary>
    internal void MoveTo(Storage? newStorage, int newOffset) => (storage, Offset) = (newStorage, newOffset);

    /// <summary>Another view of the same numbers. Offset and strides count elements.</summary>
    internal Tensor View(Shape shape, ReadOnlySpan<int> viewStrides, int relativeOffset) =>
        new(storage, Offset + relativeOffset, shape, viewStrides.ToArray(), DType) { Operation = Operation, Body = Body };

    /// <summary>Notes how the tensor was made.</summary>
    internal void Record(Node node, int output) => (Node, NodeOutput) = (node, output);

    /// <summary>The elements of a contiguous tensor. The caller keeps the tensor alive while it uses the span.</summary>
    internal Span<T> AsSpan<T>() where T : unmanaged
    {
        DTypes.Require<T>(DType);
        Debug.Assert(IsContiguous || Length <= 1, "Spans are taken of contiguous tensors only.");
        return Storage.Span<T>(Offset, Length);
    }

    /// <summary>The elements of a contiguous tensor as anything of their size, to move them.</summary>
    internal Span<T> AsRawSpan<T>() where T : unmanaged
    {
        Debug.Assert(System.Runtime.CompilerServices.Unsafe.SizeOf<T>() == DType.Size(), "Elements are moved as something of their size.");
        Debug.Assert(IsContiguous || Length <= 1, "Spans are taken of contiguous tensors only.");
        return Storage.Span<T>(Offset, Length);
    }

    private void RequireOneElement()
    {
        if (Length != 1)
            throw new ShapeException($"Item needs a tensor with one element; this one has shape {Shape}. Reduce it (Sum, Mean) or Slice it first.");
    }

    private static bool HasRowMajorStrides(Shape shape, int[] strides)
    {
        if (shape.LongCount == 0)
            return true;
        int expected = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            int length = shape.Dimensions[axis];
            if (length != 1 && strides[axis] != expected)
                return false;
            expected *= length;
        }

        return true;
    }

    private readonly ref struct Doubles(Tensor source, Span<double> numbers) : INumberBody
    {
        private readonly Span<double> numbers = numbers;

        public void Run<T>() where T : unmanaged, INumber<T>
        {
            // As in NumberBinary.
            if (numbers.Length == 1)
                numbers[0] = double.CreateTruncating(source.AsRawSpan<T>()[0]);
            else
                TensorPrimitives.ConvertTruncating<T, double>(source.AsRawSpan<T>(), numbers);
        }
    }
}

/// <summary>The shape and the element type of a tensor.</summary>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="DType">The type of the elements.</param>
// A class: the runtime compiles collections of a struct anew in every process, and the first step waits for it.
public sealed record TensorSpec(Shape Shape, DType DType)
{
    /// <summary>For example <c>Float32 (128, 10)</c>.</summary>
    public override string ToString() => $"{DType} {Shape}";
}
