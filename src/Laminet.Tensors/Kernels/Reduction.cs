using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>y[o, i] = x[o, 0, i] ∘ x[o, 1, i] ∘ ... for x viewed as [outer, reduce, inner].</summary>
/// <remarks>
/// Chunks of a size that depends on the shape alone are reduced one by one and then pairwise in a fixed tree: no thread count
/// changes a bit, and a sum's error grows with the chunk's length and the logarithm of the number of chunks.
/// </remarks>
internal static unsafe class Reduction
{
    private const int ChunkElements = 4096;
    private const int MinChunkRows = 128;
    private const int ColumnBlock = 2048;
    private const int TaskElements = 32 * 1024;

    public static void Sum<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<SumReduction<T>, T>(x, outer, reduce, inner, y);

    public static void Product<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<ProductReduction<T>, T>(x, outer, reduce, inner, y);

    /// <summary>NaN where any element is NaN.</summary>
    public static void Max<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<MaxReduction<T>, T>(x, outer, reduce, inner, y);

    /// <summary>NaN where any element is NaN.</summary>
    public static void Min<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<MinReduction<T>, T>(x, outer, reduce, inner, y);

    private static void Run<TReduction, T>(T* x, int outer, int reduce, int inner, T* y)
        where TReduction : IReduction<T>
        where T : unmanaged, INumber<T>
    {
        if (outer <= 0 || inner <= 0)
            return;
        if (reduce <= 0)
        {
            for (int o = 0; o < outer; o++)
                new Span<T>(y + ((nint)o * inner), inner).Fill(TReduction.Identity);
            return;
        }
        int chunkRows = Math.Max(MinChunkRows, ChunkElements / inner);
        int chunks = Rounding.DivideUp(reduce, chunkRows);
        using Scratch<T> partials = Scratch.Rent<T>(chunks == 1 ? 0 : (nint)outer * chunks * inner);
        ReductionCall<T> call = new()
        {
            X = x,
            Reduce = reduce,
            Inner = inner,
            ChunkRows = chunkRows,
            Chunks = chunks,
            Partials = chunks == 1 ? y : partials.Pointer,
            Result = y,
            ColumnsPerUnit = Math.Min(inner, ColumnBlock),
            ColumnUnits = Rounding.DivideUp(inner, ColumnBlock),
        };
        long unitElements = (long)Math.Min(reduce, chunkRows) * call.ColumnsPerUnit;
        Share<ChunkReduction<TReduction, T>, T>(&call, (long)outer * chunks * call.ColumnUnits, unitElements);
        if (chunks > 1)
            Share<TreeReduction<TReduction, T>, T>(&call, (long)outer * call.ColumnUnits, (long)chunks * call.ColumnsPerUnit);
    }

    /// <summary>Gives each task consecutive units that make it worth a thread's while.</summary>
    private static void Share<TKernel, T>(ReductionCall<T>* call, long units, long unitElements)
        where TKernel : ISimdKernel<T, ReductionCall<T>>
        where T : unmanaged, INumber<T>
    {
        call->Units = units;
        call->UnitsPerTask = Math.Max(1, TaskElements / Math.Max(1, unitElements));
        Workers.For(checked((int)((units + call->UnitsPerTask - 1) / call->UnitsPerTask)), call, &RunTask<TKernel, T>);
    }

    private static void RunTask<TKernel, T>(void* state, int task)
        where TKernel : ISimdKernel<T, ReductionCall<T>>
        where T : unmanaged, INumber<T>
    {
        ReductionCall<T> call = *(ReductionCall<T>*)state;
        call.FirstUnit = task * call.UnitsPerTask;
        call.LastUnit = Math.Min(call.Units, call.FirstUnit + call.UnitsPerTask);
        Simd.Dispatch<TKernel, T, ReductionCall<T>>(ref call);
    }
}

/// <summary>A reduction under way and the units of it that one task works on.</summary>
internal unsafe struct ReductionCall<T> where T : unmanaged
{
    public T* X;

    /// <summary>[outer, chunks, inner]; the result itself when there is one chunk.</summary>
    public T* Partials;
    public T* Result;
    public int Reduce, Inner, ChunkRows, Chunks, ColumnsPerUnit, ColumnUnits;
    public long Units, UnitsPerTask, FirstUnit, LastUnit;
}
