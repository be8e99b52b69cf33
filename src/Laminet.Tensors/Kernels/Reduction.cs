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
    private const int ColumnBlock = 512;
    private const int TaskElements = 32 * 1024;

    // Below the length of a chunk, so that a line is one chunk.
    private const int LongLine = 512;

    public static void Sum<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<SumReduction<T>, T>(new() { Elements = x }, outer, reduce, inner, y);

    public static void Product<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<ProductReduction<T>, T>(new() { Elements = x }, outer, reduce, inner, y);

    /// <summary>NaN where any element is NaN.</summary>
    public static void Max<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<MaxReduction<T>, T>(new() { Elements = x }, outer, reduce, inner, y);

    /// <summary>NaN where any element is NaN.</summary>
    public static void Min<T>(T* x, int outer, int reduce, int inner, T* y) where T : unmanaged, INumber<T> =>
        Run<MinReduction<T>, T>(new() { Elements = x }, outer, reduce, inner, y);

    /// <summary>The same for elements that a chain computes on the way, tile by tile.</summary>
    public static void OfChain<T>(ReductionKind kind, TileProgram chain, StridedReader* readers, int outer, int reduce, int inner, T* y)
        where T : unmanaged, INumber<T>
    {
        ReductionSource<T> source = new() { Chain = chain, Readers = readers };
        switch (kind)
        {
            case ReductionKind.Sum: Run<SumReduction<T>, T>(source, outer, reduce, inner, y); break;
            case ReductionKind.Product: Run<ProductReduction<T>, T>(source, outer, reduce, inner, y); break;
            case ReductionKind.Maximum: Run<MaxReduction<T>, T>(source, outer, reduce, inner, y); break;
            default: Run<MinReduction<T>, T>(source, outer, reduce, inner, y); break;
        }
    }

    private static void Run<TReduction, T>(ReductionSource<T> source, int outer, int reduce, int inner, T* y)
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
            X = source.Elements,
            Outer = outer,
            Reduce = reduce,
            Inner = inner,
            ChunkRows = chunkRows,
            Chunks = chunks,
            Partials = chunks == 1 ? y : partials.Pointer,
            Result = y,
            ColumnsPerUnit = Math.Min(inner, ColumnBlock),
            ColumnUnits = Rounding.DivideUp(inner, ColumnBlock),
            ReadsLines = inner == 1 && reduce < LongLine,
        };
        long unitElements = (long)Math.Min(reduce, chunkRows) * call.ColumnsPerUnit;
        int tasks = Divide(ref call, (long)outer * chunks * call.ColumnUnits, unitElements);
        if (source.Chain is null)
            Workers.For(tasks, &call, &RunTask<ChunkReduction<TReduction, T>, T>);
        else
            ChainReduction<TReduction, T>.Run(tasks, source, call);
        if (chunks == 1)
            return;
        tasks = Divide(ref call, (long)outer * call.ColumnUnits, (long)chunks * call.ColumnsPerUnit);
        Workers.For(tasks, &call, &RunTask<TreeReduction<TReduction, T>, T>);
    }

    /// <summary>Gives each task consecutive units that make it worth a thread's while; returns how many tasks there are.</summary>
    private static int Divide<T>(ref ReductionCall<T> call, long units, long unitElements) where T : unmanaged
    {
        call.Units = units;
        call.UnitsPerTask = Math.Max(1, TaskElements / Math.Max(1, unitElements));
        return checked((int)((units + call.UnitsPerTask - 1) / call.UnitsPerTask));
    }

    private static void RunTask<TKernel, T>(void* state, int task)
        where TKernel : ISimdKernel<T, ReductionCall<T>>
        where T : unmanaged, INumber<T>
    {
        ReductionCall<T> call = *(ReductionCall<T>*)state;
        call.Take(task);
        Simd.Dispatch<TKernel, T, ReductionCall<T>>(ref call);
    }
}

/// <summary>Where the elements of a reduction come from: memory, or a chain and its inputs.</summary>
internal unsafe struct ReductionSource<T> where T : unmanaged
{
    public T* Elements;
    public TileProgram? Chain;
    public StridedReader* Readers;
}

/// <summary>A reduction under way and the units of it that one task works on.</summary>
internal unsafe struct ReductionCall<T> where T : unmanaged
{
    public T* X;

    /// <summary>[outer, chunks, inner]; the result itself when there is one chunk.</summary>
    public T* Partials;
    public T* Result;
    public int Outer, Reduce, Inner, ChunkRows, Chunks, ColumnsPerUnit, ColumnUnits;
    public long Units, UnitsPerTask, FirstUnit, LastUnit;

    /// <summary>Whether each unit is a short line, in one piece: folding it would not pay.</summary>
    public bool ReadsLines;

    /// <summary>Sets the units of a task.</summary>
    public void Take(int task)
    {
        FirstUnit = task * UnitsPerTask;
        LastUnit = Math.Min(Units, FirstUnit + UnitsPerTask);
    }

    /// <summary>The part of the elements that a unit reduces, and where its result goes.</summary>
    public readonly ReductionUnit<T> At(long unit)
    {
        int column = (int)(unit % ColumnUnits) * ColumnsPerUnit;
        long chunk = unit / ColumnUnits;
        int row = (int)(chunk % Chunks) * ChunkRows;
        return new()
        {
            First = ((((nint)(chunk / Chunks) * Reduce) + row) * Inner) + column,
            Rows = Math.Min(ChunkRows, Reduce - row),
            Columns = Math.Min(ColumnsPerUnit, Inner - column),
            Result = Partials + ((nint)chunk * Inner) + column,
        };
    }
}

/// <summary>Rows of elements that become one: the first element's place, how many there are, how long they are, and where the result goes.</summary>
internal unsafe struct ReductionUnit<T> where T : unmanaged
{
    public nint First;
    public int Rows, Columns;
    public T* Result;
}
