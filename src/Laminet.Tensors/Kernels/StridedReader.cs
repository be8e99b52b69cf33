using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Reads any stretch of a strided tensor, in row-major order of its shape. Neighbouring axes that lie without gaps are merged
/// first, so that a stretch is read in as few runs as the strides allow. The caller keeps the tensor alive.
/// </summary>
internal unsafe struct StridedReader
{
    private readonly byte* first;
    private readonly int size;
    private readonly int axes;
    private fixed int lengths[Shape.MaxRank];
    private fixed int strides[Shape.MaxRank];

    public StridedReader(Tensor tensor) : this(tensor, tensor.Shape)
    {
    }

    /// <summary>Reads the tensor as if broadcast to a shape.</summary>
    public StridedReader(Tensor tensor, Shape shape)
    {
        size = tensor.DType.Size();
        first = tensor.Storage.Pointer + ((nint)tensor.Offset * size);
        IsContiguous = tensor.IsContiguous && tensor.Length == shape.ElementCount;
        int added = shape.Rank - tensor.Rank;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int length = shape.Dimensions[axis];
            if (length == 1)
                continue;
            int stride = axis < added || tensor.Shape.Dimensions[axis - added] == 1 ? 0 : tensor.Strides[axis - added];
            if (axes > 0 && strides[axes - 1] == stride * length)
            {
                lengths[axes - 1] *= length;
                strides[axes - 1] = stride;
            }
            else
            {
                lengths[axes] = length;
                strides[axes++] = stride;
            }
        }
    }

    /// <summary>True if the numbers lie one after the other, in the order in which they are read.</summary>
    public readonly bool IsContiguous { get; }

    /// <summary>True if one number stands everywhere.</summary>
    public readonly bool IsConstant => axes == 0 || (axes == 1 && strides[0] == 0);

    /// <summary>Where a contiguous tensor's stretch begins.</summary>
    public readonly byte* At(int start) => first + ((nint)start * size);

    /// <summary>Copies the stretch that begins at <paramref name="start"/>.</summary>
    public readonly void Copy(int start, int count, void* destination)
    {
        switch (size)
        {
            case 1: Copy(start, new Span<byte>(destination, count)); break;
            case 4: Copy(start, new Span<int>(destination, count)); break;
            default: Copy(start, new Span<long>(destination, count)); break;
        }
    }

    /// <summary>Copies the stretch that begins at <paramref name="start"/>; T has the elements' size.</summary>
    public readonly void Copy<T>(int start, Span<T> destination) where T : unmanaged
    {
        if (axes == 0)
        {
            destination.Fill(*(T*)first);
            return;
        }

        int* index = stackalloc int[Shape.MaxRank];
        T* source = (T*)first;
        int remainder = start;
        for (int axis = axes - 1; axis >= 0; axis--)
        {
            (remainder, index[axis]) = Math.DivRem(remainder, lengths[axis]);
            source += (nint)index[axis] * strides[axis];
        }

        int inner = axes - 1;
        int innerLength = lengths[inner], innerStride = strides[inner];
        int done = 0;
        while (true)
        {
            int run = Math.Min(innerLength - index[inner], destination.Length - done);
            Span<T> target = destination.Slice(done, run);
            if (innerStride == 1)
            {
                new ReadOnlySpan<T>(source, run).CopyTo(target);
            }
            else if (innerStride == 0)
            {
                target.Fill(*source);
            }
            else
            {
                for (int i = 0; i < run; i++)
                    target[i] = source[(nint)i * innerStride];
            }

            done += run;
            if (done == destination.Length)
                return;
            // The run reached the end of the innermost axis: step the next axes like an odometer.
            source -= (nint)index[inner] * innerStride;
            index[inner] = 0;
            for (int axis = inner - 1; ; axis--)
            {
                source += strides[axis];
                if (++index[axis] < lengths[axis])
                    break;
                source -= (nint)lengths[axis] * strides[axis];
                index[axis] = 0;
            }
        }
    }
}

/// <summary>Copies between tensors of one shape with any strides.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>Copies into a contiguous tensor.</summary>
    public static void Run(Tensor source, Tensor destination)
    {
        switch (source.DType)
        {
            case DType.Float64: Run<double>(source, destination); break;
            case DType.Int64: Run<long>(source, destination); break;
            case DType.Float32: Run<float>(source, destination); break;
            case DType.Int32: Run<int>(source, destination); break;
            case DType.Bool: Run<bool>(source, destination); break;
            default: Run<byte>(source, destination); break;
        }
    }

    /// <summary>Copies into a window of another tensor.</summary>
    public static void Into(Tensor source, Tensor window)
    {
        switch (source.DType)
        {
            case DType.Float64: Into<double>(source, window); break;
            case DType.Int64: Into<long>(source, window); break;
            case DType.Float32: Into<float>(source, window); break;
            case DType.Int32: Into<int>(source, window); break;
            case DType.Bool: Into<bool>(source, window); break;
            default: Into<byte>(source, window); break;
        }
    }

    private static void Run<T>(Tensor source, Tensor destination) where T : unmanaged
    {
        if (destination.Length == 0)
            return;
        Elementwise.Tiles(destination.Length, (start, count) =>
            new StridedReader(source).Copy(start, destination.AsSpan<T>().Slice(start, count)));
        GC.KeepAlive(source);
    }

    // Row by row of the innermost axes that the window holds without gaps.
    private static void Into<T>(Tensor source, Tensor window) where T : unmanaged
    {
        if (source.Shape != window.Shape)
            throw new ShapeException($"A window of shape {window.Shape} cannot take {source.Shape}.");
        if (window.Length == 0)
            return;
        int run = 1, axes = window.Rank;
        while (axes > 0 && (window.Shape.Dimensions[axes - 1] == 1 || window.Strides[axes - 1] == run))
            run *= window.Shape.Dimensions[--axes];
        StridedReader reader = new(source);
        T* first = (T*)window.Storage.Pointer + window.Offset;
        for (int start = 0; start < window.Length; start += run)
        {
            nint place = 0;
            int remainder = start / run;
            for (int axis = axes - 1; axis >= 0; axis--)
            {
                (remainder, int index) = Math.DivRem(remainder, window.Shape.Dimensions[axis]);
                place += (nint)index * window.Strides[axis];
            }

            reader.Copy(start, new Span<T>(first + place, run));
        }

        GC.KeepAlive(source);
        GC.KeepAlive(window);
    }
}
