using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>Reduces the rows of each chunk to one.</summary>
internal readonly unsafe struct ChunkReduction<TReduction, T> : ISimdKernel<T, ReductionCall<T>>
    where TReduction : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref ReductionCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (call.ReadsLines)
        {
            ReductionLines<TReduction, T>.Run<TSimd, TVector>(
                call.X + ((nint)call.FirstUnit * call.Reduce), call.LastUnit - call.FirstUnit, call.Reduce, call.Partials + call.FirstUnit);
            return;
        }

        for (long unit = call.FirstUnit; unit < call.LastUnit; unit++)
        {
            ReductionUnit<T> part = call.At(unit);
            if (call.ColumnUnits == 1)
                Rows<TSimd, TVector>(call.X + part.First, part.Rows, part.Columns, part.Result);
            else
                ReductionColumns<TReduction, T>.Run<TSimd, TVector>(call.X + part.First, part.Rows, call.Inner, part.Columns, part.Result);
        }
    }

    /// <summary>
    /// Rows too short to fill the registers are read several at a time, as one long row; its parts are then folded in halves.
    /// </summary>
    [SkipLocalsInit]
    private static void Rows<TSimd, TVector>(T* x, int rows, int columns, T* y)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int wanted = Math.Max(64, 8 * TSimd.Count);
        int fold = columns >= wanted ? 1 : (int)BitOperations.RoundUpToPowerOf2((uint)Rounding.DivideUp(wanted, columns));
        while (fold > 1 && fold * 2 > rows)
            fold /= 2;
        int wide = fold * columns;
        if (fold == 1 || wide < TSimd.Count)
        {
            ReductionColumns<TReduction, T>.Run<TSimd, TVector>(x, rows, columns, columns, y);
            return;
        }
        T* folded = stackalloc T[2 * wanted];
        int main = rows / fold;
        ReductionColumns<TReduction, T>.Run<TSimd, TVector>(x, main, wide, wide, folded);
        for (; wide > columns; wide /= 2)
            ReductionColumns<TReduction, T>.Run<TSimd, TVector>(folded, 2, wide / 2, wide / 2, folded);
        int rest = rows - (main * fold);
        if (rest > 0)
        {
            ReductionColumns<TReduction, T>.Run<TSimd, TVector>(x + ((nint)main * fold * columns), rest, columns, columns, folded + columns);
            ReductionColumns<TReduction, T>.Run<TSimd, TVector>(folded, 2, columns, columns, folded);
        }
        new ReadOnlySpan<T>(folded, columns).CopyTo(new Span<T>(y, columns));
    }
}

/// <summary>Combines the chunks of each result pairwise: ((0 ∘ 1) ∘ (2 ∘ 3)) ∘ ...</summary>
internal readonly unsafe struct TreeReduction<TReduction, T> : ISimdKernel<T, ReductionCall<T>>
    where TReduction : IReduction<T>
    where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref ReductionCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (long unit = call.FirstUnit; unit < call.LastUnit; unit++)
        {
            int column = (int)(unit % call.ColumnUnits) * call.ColumnsPerUnit;
            nint outer = (nint)(unit / call.ColumnUnits);
            int columns = Math.Min(call.ColumnsPerUnit, call.Inner - column);
            T* partials = call.Partials + (outer * call.Chunks * call.Inner) + column;
            for (int stride = 1; stride < call.Chunks; stride *= 2)
            {
                for (int i = 0; i + stride < call.Chunks; i += 2 * stride)
                {
                    T* left = partials + ((nint)i * call.Inner);
                    ReductionColumns<TReduction, T>.Run<TSimd, TVector>(left, 2, (nint)stride * call.Inner, columns, left);
                }
            }
            new ReadOnlySpan<T>(partials, columns).CopyTo(new Span<T>(call.Result + (outer * call.Inner) + column, columns));
        }
    }
}

/// <summary>y[c] = x[0, c] ∘ x[1, c] ∘ ... for rows a stride apart; y may be the first row.</summary>
internal static unsafe class ReductionColumns<TReduction, T>
    where TReduction : IReduction<T>
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVector>(T* x, int rows, nint stride, int columns, T* y)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int c = 0;
        // Eight chains hide the latency of the operation.
        for (; c <= columns - (8 * TSimd.Count); c += 8 * TSimd.Count)
        {
            T* row = x + c;
            TVector r0 = At<TSimd, TVector>(row, 0), r1 = At<TSimd, TVector>(row, 1), r2 = At<TSimd, TVector>(row, 2);
            TVector r3 = At<TSimd, TVector>(row, 3), r4 = At<TSimd, TVector>(row, 4), r5 = At<TSimd, TVector>(row, 5);
            TVector r6 = At<TSimd, TVector>(row, 6), r7 = At<TSimd, TVector>(row, 7);
            for (int r = 1; r < rows; r++)
            {
                row += stride;
                r0 = TReduction.Combine<TSimd, TVector>(r0, At<TSimd, TVector>(row, 0));
                r1 = TReduction.Combine<TSimd, TVector>(r1, At<TSimd, TVector>(row, 1));
                r2 = TReduction.Combine<TSimd, TVector>(r2, At<TSimd, TVector>(row, 2));
                r3 = TReduction.Combine<TSimd, TVector>(r3, At<TSimd, TVector>(row, 3));
                r4 = TReduction.Combine<TSimd, TVector>(r4, At<TSimd, TVector>(row, 4));
                r5 = TReduction.Combine<TSimd, TVector>(r5, At<TSimd, TVector>(row, 5));
                r6 = TReduction.Combine<TSimd, TVector>(r6, At<TSimd, TVector>(row, 6));
                r7 = TReduction.Combine<TSimd, TVector>(r7, At<TSimd, TVector>(row, 7));
            }
            T* result = y + c;
            TSimd.Store(r0, result);
            TSimd.Store(r1, result + TSimd.Count);
            TSimd.Store(r2, result + (2 * TSimd.Count));
            TSimd.Store(r3, result + (3 * TSimd.Count));
            TSimd.Store(r4, result + (4 * TSimd.Count));
            TSimd.Store(r5, result + (5 * TSimd.Count));
            TSimd.Store(r6, result + (6 * TSimd.Count));
            TSimd.Store(r7, result + (7 * TSimd.Count));
        }
        for (; c <= columns - TSimd.Count; c += TSimd.Count)
            One<TSimd, TVector>(x + c, rows, stride, y + c);
        for (; c < columns; c++)
            One<SimdScalar<T>, T>(x + c, rows, stride, y + c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One<TSimd, TVector>(T* row, int rows, nint stride, T* y)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector result = TSimd.Load(row);
        for (int r = 1; r < rows; r++)
        {
            row += stride;
            result = TReduction.Combine<TSimd, TVector>(result, TSimd.Load(row));
        }
        TSimd.Store(result, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector At<TSimd, TVector>(T* row, int vector)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Load(row + (vector * TSimd.Count));
}
