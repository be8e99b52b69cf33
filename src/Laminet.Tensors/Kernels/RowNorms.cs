using System.Numerics;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>Euclidean lengths of rows whose squares may lie outside the type's range.</summary>
/// <remarks>
/// A row is cut into pieces by its length alone. Each piece is divided by a power of two near its largest element, which rounds nothing,
/// and the pieces' sums of squares are put together in order. That serves both types, where sums in double would serve Float32 alone.
/// </remarks>
internal static unsafe class RowNorms
{
    // 128 KB of floats: the second look at a piece, after that for its largest element, finds it in the second-level cache.
    private const int PieceLength = 1 << 15;

    private const int BlockLength = 256;

    /// <summary>The norm of each row of x, which is contiguous and whose rows have the given length.</summary>
    public static void Run<T>(Tensor x, int length, Tensor output) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> norms = output.AsSpan<T>();
        int pieces = Math.Max(1, Rounding.DivideUp(length, PieceLength));
        using Scratch<T> partials = Scratch.Rent<T>((nint)norms.Length * pieces * 2);
        Pieces<T> work = new() { X = x, Partials = partials.Pointer, Length = length, PerRow = pieces, Count = norms.Length * pieces };
        Workers.For(Rounding.DivideUp(work.Count, work.PerTask), ref work);
        for (int row = 0; row < norms.Length; row++)
            norms[row] = Combined(new ReadOnlySpan<T>(partials.Pointer + ((nint)row * pieces * 2), pieces * 2));
    }

    private static T Combined<T>(ReadOnlySpan<T> pieces) where T : IFloatingPointIeee754<T>
    {
        T scale = T.Zero, sum = T.Zero;
        for (int i = 0; i < pieces.Length; i += 2)
            scale = T.Max(scale, pieces[i]);
        // NaN and infinity are their own norms.
        if (scale == T.Zero || !T.IsFinite(scale))
            return scale;
        for (int i = 0; i < pieces.Length; i += 2)
        {
            T ratio = pieces[i] / scale;
            sum += pieces[i + 1] * ratio * ratio;
        }

        return scale * T.Sqrt(sum);
    }

    /// <summary>Scale and scaled sum of squares of each piece.</summary>
    private struct Pieces<T> : IWork where T : unmanaged, IFloatingPointIeee754<T>
    {
        public Tensor X;
        public T* Partials;
        public int Length, PerRow, Count;

        /// <summary>Short rows are handed out together.</summary>
        public readonly int PerTask => Math.Max(1, PieceLength / Math.Max(1, Length));

        public readonly void Run(int task)
        {
            ReadOnlySpan<T> x = X.AsSpan<T>();
            Span<T> block = stackalloc T[BlockLength];
            int start = task * PerTask, count = Math.Min(PerTask, Count - start);
            for (int piece = start; piece < start + count; piece++)
            {
                int first = piece % PerRow * PieceLength;
                (T scale, T sum) = Of(x.Slice((piece / PerRow * Length) + first, Math.Min(PieceLength, Length - first)), block);
                Partials[2 * (nint)piece] = scale;
                Partials[(2 * (nint)piece) + 1] = sum;
            }
        }

        private static (T Scale, T Sum) Of(ReadOnlySpan<T> x, Span<T> block)
        {
            T largest = x.IsEmpty ? T.Zero : T.Abs(TensorPrimitives.MaxMagnitude(x));
            if (largest == T.Zero || !T.IsFinite(largest))
                return (largest, T.Zero);
            T scale = T.ScaleB(T.One, T.ILogB(largest)), sum = T.Zero;
            for (int first = 0; first < x.Length; first += BlockLength)
            {
                ReadOnlySpan<T> part = x.Slice(first, Math.Min(BlockLength, x.Length - first));
                TensorPrimitives.Divide(part, scale, block);
                sum += TensorPrimitives.SumOfSquares<T>(block[..part.Length]);
            }

            return (scale, sum);
        }
    }
}
