using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Reads any stretch of a strided tensor, in row-major order of its shape. Neighbouring axes that lie without gaps are merged
/// first, so that a stretch is read in as few runs as the strides allow.
/// </summary>
internal readonly unsafe ref struct StridedReader<T> where T : unmanaged
{
    private readonly T* first;
    private readonly int[] lengths;
    private readonly int[] strides;

    public StridedReader(Tensor tensor)
    {
        first = (T*)tensor.Storage.Pointer + tensor.Offset;
        (lengths, strides) = Merge(tensor.Shape.Dimensions, tensor.Strides);
        IsContiguous = tensor.IsContiguous;
    }

    public bool IsContiguous { get; }

    /// <summary>The stretch itself where it lies without gaps, else a copy of it in <paramref name="scratch"/>.</summary>
    public ReadOnlySpan<T> Read(int start, int count, Span<T> scratch)
    {
        if (IsContiguous)
            return new ReadOnlySpan<T>(first + start, count);
        Copy(start, scratch[..count]);
        return scratch[..count];
    }

    /// <summary>Copies the stretch that begins at <paramref name="start"/>.</summary>
    public void Copy(int start, Span<T> destination)
    {
        int axes = lengths.Length;
        if (axes == 0)
        {
            destination.Fill(*first);
            return;
        }

        Span<int> index = stackalloc int[Shape.MaxRank];
        T* source = first;
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

    private static (int[] Lengths, int[] Strides) Merge(ReadOnlySpan<int> lengths, ReadOnlySpan<int> strides)
    {
        Span<int> mergedLengths = stackalloc int[Shape.MaxRank];
        Span<int> mergedStrides = stackalloc int[Shape.MaxRank];
        int count = 0;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            if (lengths[axis] == 1)
                continue;
            if (count > 0 && mergedStrides[count - 1] == strides[axis] * lengths[axis])
            {
                mergedLengths[count - 1] *= lengths[axis];
                mergedStrides[count - 1] = strides[axis];
            }
            else
            {
                mergedLengths[count] = lengths[axis];
                mergedStrides[count++] = strides[axis];
            }
        }

        return (mergedLengths[..count].ToArray(), mergedStrides[..count].ToArray());
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
        Elementwise.Tiles(destination.Length, (start, count) =>
            new StridedReader<T>(source).Copy(start, destination.AsSpan<T>().Slice(start, count)));
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
        StridedReader<T> reader = new(source);
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
