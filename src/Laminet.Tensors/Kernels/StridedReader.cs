using Laminet.Tensors.Runtime;
namespace Laminet.Tensors.Kernels;

/// <summary>
/// Reads any stretch of a strided tensor, in row-major order of its shape. Neighbouring axes that lie without gaps are merged
/// first, so that a stretch is read in as few runs as the strides allow. The caller keeps the tensor alive.
/// </summary>
internal unsafe struct StridedReader
{
    private readonly byte* first;
    private readonly DType type;
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
        type = tensor.DType;
        size = type.Size();
        first = tensor.Storage.Pointer + ((nint)tensor.Offset * size);
        IsContiguous = tensor.IsContiguous && tensor.Length == shape.ElementCount;
        IsReady = IsContiguous && !type.IsHalf();
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

    /// <summary>After how many elements the same contiguous ones follow again, as those of a bias that is broadcast over rows; 0 if they do not.</summary>
    public readonly int Period => axes == 2 && strides[0] == 0 && strides[1] == 1 ? lengths[1] : 0;

    /// <summary>Bytes of an element as it is computed with.</summary>
    public readonly int ComputedSize => type.Computed().Size();

    /// <summary>True if kernels can read the numbers where they lie: without gaps, and in the type that is computed with.</summary>
    public readonly bool IsReady { get; }

    /// <summary>How many axes are left after neighbours are merged.</summary>
    public readonly int Axes => axes;

    /// <summary>The merged axes' length.</summary>
    public readonly int Length(int axis) => lengths[axis];

    /// <summary>How far apart the entries of a merged axis lie.</summary>
    public readonly int Stride(int axis) => strides[axis];

    /// <summary>Where a contiguous tensor's stretch begins.</summary>
    public readonly byte* At(int start) => first + ((nint)start * size);

    /// <summary>Copies the stretch that begins at <paramref name="start"/> as it is computed with: halves as Float32. At most two tiles.</summary>
    public readonly void Load(int start, int count, void* destination)
    {
        switch (size)
        {
            case 1: Copy(start, new Span<byte>(destination, count)); break;
            case 2 when type.IsHalf(): Widen(start, count, new(destination, count)); break;
            case 2: Copy(start, new Span<ushort>(destination, count)); break;
            case 4: Copy(start, new Span<float>(destination, count)); break;
            default: Copy(start, new Span<double>(destination, count)); break;
        }
    }

    private readonly void Widen(int start, int count, Span<float> destination)
    {
        Span<ushort> halves = stackalloc ushort[count];
        Copy(start, halves);
        HalfNumbers.Widen(type, halves, destination);
    }

    /// <summary>Copies the stretch that begins at <paramref name="start"/>; T has the elements' size.</summary>
    public readonly void Copy<T>(int start, Span<T> destination) where T : unmanaged
    {
        if (axes == 0)
        {
            // One element, or none is asked for.
            if (!destination.IsEmpty)
                destination[0] = *(T*)first;
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
    /// <summary>How many bytes this thread has copied into whole tensors, so that a test sees what is written in place.</summary>
    [ThreadStatic]
    internal static long BytesCopied;

    /// <summary>Copies into a contiguous tensor.</summary>
    public static void Run(Tensor source, Tensor destination)
    {
        if (destination.Length == 0)
            return;
        BytesCopied += (long)destination.Length * destination.DType.Size();
        Whole body = new(source, destination);
        DTypes.BySize(source.DType, ref body);
        GC.KeepAlive(source);
        GC.KeepAlive(destination);
    }

    /// <summary>Copies into another tensor, to the positions first, first + step, ... of an axis; the other axes are equal.</summary>
    public static void Into(Tensor source, Tensor destination, int axis, int first, int step)
    {
        ReadOnlySpan<int> lengths = source.Shape.Dimensions;
        RequireWindow(lengths, destination, axis, first, step);
        if (source.Length == 0)
            return;
        Span<int> strides = stackalloc int[Shape.MaxRank];
        destination.Strides.CopyTo(strides);
        int start = destination.Offset + (first * strides[axis]), run = 1, axes = lengths.Length;
        strides[axis] *= step;
        while (axes > 0 && (lengths[axes - 1] == 1 || strides[axes - 1] == run))
            run *= lengths[--axes];
        Window window = new(source, destination, strides[..axes], start, run);
        if (run == source.Length && source.IsContiguous)
            window.CopyWhole();
        else
            DTypes.BySize(source.DType, ref window);
        GC.KeepAlive(source);
        GC.KeepAlive(destination);
    }

    // Not an assertion: a copy beyond the window would write over other tensors.
    private static void RequireWindow(ReadOnlySpan<int> lengths, Tensor destination, int axis, int first, int step)
    {
        ReadOnlySpan<int> outer = destination.Shape.Dimensions;
        bool fits = lengths.Length == outer.Length;
        for (int other = 0; fits && other < outer.Length; other++)
            fits = other == axis || lengths[other] == outer[other];
        long last = fits ? first + ((long)Math.Max(0, lengths[axis] - 1) * step) : -1;
        if (!fits || (lengths[axis] > 0 && (first < 0 || first >= outer[axis] || last < 0 || last >= outer[axis])))
            throw new InvalidOperationException($"Engine error: {new Shape(lengths)} does not fit into {destination.Shape} along axis {axis}. Please report this.");
    }

    private readonly struct Whole(Tensor source, Tensor destination) : IMoveBody
    {
        public void Run<T>() where T : unmanaged
        {
            if (!TransposedCopy.TryRun<T>(new(source), destination))
                Stretches.Share(destination.Length, new Copying<T>(source, destination));
        }
    }

    /// <summary>A part of a tensor that is written.</summary>
    /// <param name="source">What is copied; its innermost axes lie in the window without gaps.</param>
    /// <param name="destination">The tensor.</param>
    /// <param name="strides">The window's strides along the source's outer axes.</param>
    /// <param name="start">Where in the buffer the window begins.</param>
    /// <param name="run">How many elements the innermost axes hold together.</param>
    private readonly ref struct Window(Tensor source, Tensor destination, ReadOnlySpan<int> strides, int start, int run) : IMoveBody
    {
        private readonly ReadOnlySpan<int> strides = strides;

        public void CopyWhole()
        {
            int size = source.DType.Size();
            long bytes = (long)run * size;
            Buffer.MemoryCopy(source.Storage.Pointer + ((nint)source.Offset * size), destination.Storage.Pointer + ((nint)start * size), bytes, bytes);
        }

        public void Run<T>() where T : unmanaged => WindowCopy.Run(new(source), source.Shape.Dimensions, (T*)destination.Storage.Pointer + start, strides, run);
    }

    private readonly struct Copying<T>(Tensor source, Tensor destination) : IStretchWork where T : unmanaged
    {
        public void Run(int first, int count) => new StridedReader(source).Copy(first, destination.AsRawSpan<T>().Slice(first, count));
    }
}
