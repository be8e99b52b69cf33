using System.Runtime.Intrinsics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Copies a tensor whose innermost axis has a step while another axis has none. Squares of 16 x 16 elements are turned in the first-level cache, so that each line of memory is
/// read once and written once, whole: with a power of two between rows, lines that are used in part are driven out before they are used again.
/// </summary>
internal static unsafe class TransposedCopy
{
    // Elements of four bytes fill a line of the cache. A block is what one task does along the axis without a step, so that it reads whole pages.
    private const int Square = 16, Block = 64;

    /// <summary>Copies into a contiguous tensor, unless the strides are of another kind.</summary>
    public static bool TryRun<T>(StridedReader source, Tensor destination) where T : unmanaged
    {
        int inner = source.Axes - 1, turned = inner - 1;
        while (turned >= 0 && source.Stride(turned) != 1)
            turned--;
        if (turned < 0 || source.Stride(inner) < 2 || source.Length(inner) < Square || source.Length(turned) < Square)
            return false;
        TransposedCall call = new()
        {
            Source = source,
            Target = destination.Storage.Pointer + ((nint)destination.Offset * sizeof(T)),
            Turned = turned,
            Blocks = Rounding.DivideUp(source.Length(turned), Block),
        };
        int planes = destination.Length / source.Length(inner) / source.Length(turned);
        Workers.For(planes * call.Blocks, &call, &RunTask<T>);
        return true;
    }

    private static void RunTask<T>(void* state, int task) where T : unmanaged
    {
        ref TransposedCall call = ref *(TransposedCall*)state;
        ref StridedReader source = ref call.Source;
        (int plane, int block) = Math.DivRem(task, call.Blocks);
        T* from = (T*)source.At(0), to = (T*)call.Target;
        int inner = source.Axes - 1;
        nint targetStride = 1, rowStride = 0;
        for (int axis = inner; axis >= 0; axis--)
        {
            if (axis == call.Turned)
            {
                rowStride = targetStride;
            }
            else if (axis != inner)
            {
                (plane, int index) = Math.DivRem(plane, source.Length(axis));
                from += (nint)index * source.Stride(axis);
                to += index * targetStride;
            }

            targetStride *= source.Length(axis);
        }

        int first = block * Block, rows = Math.Min(Block, source.Length(call.Turned) - first), columns = source.Length(inner);
        nint columnStride = source.Stride(inner);
        from += first;
        to += first * rowStride;
        T* square = stackalloc T[Square * Square];
        for (int column = 0; column < columns; column += Square)
        {
            int width = Math.Min(Square, columns - column);
            for (int row = 0; row < rows; row += Square)
                Turn(from + (column * columnStride) + row, columnStride, width, Math.Min(Square, rows - row), square, to + (row * rowStride) + column, rowStride);
        }
    }

    // target[d, j] = source[j, d]
    private static void Turn<T>(T* source, nint sourceStride, int width, int height, T* square, T* target, nint targetStride) where T : unmanaged
    {
        if (sizeof(T) == sizeof(float) && width == Square && height == Square)
        {
            for (int j = 0; j < Square; j += 4)
                Transposing.Copy((float*)(source + (j * sourceStride)), sourceStride, 4, Square, (float*)square + j, Square);
            for (int d = 0; d < Square; d++)
                Vector512.Store(Vector512.Load((float*)square + (d * Square)), (float*)target + (d * targetStride));
            return;
        }

        for (int j = 0; j < width; j++)
        {
            for (int d = 0; d < height; d++)
                square[(d * Square) + j] = source[(j * sourceStride) + d];
        }

        for (int d = 0; d < height; d++)
            new ReadOnlySpan<T>(square + (d * Square), width).CopyTo(new Span<T>(target + (d * targetStride), width));
    }

    private struct TransposedCall
    {
        public StridedReader Source;
        public byte* Target;
        public int Turned, Blocks;
    }
}
