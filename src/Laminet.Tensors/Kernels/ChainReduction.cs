using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A reduction's first step over elements that never reach memory: a chain computes them block by block into the caches, where they are
/// reduced in the same order, hence to the same bits, as if they had been written down.
/// </summary>
internal static unsafe class ChainReduction<TReduction, T>
    where TReduction : IReduction<T>
    where T : unmanaged, INumber<T>
{
    // Floats that leave room for the chain's tiles in a first-level cache.
    private const int BlockElements = 4096;

    // Rows of so many columns or more are combined one after the other, so a unit of them may come in parts; below, they are folded and
    // it must not, but then it has few elements. (Bytes are folded up to 512; their sums are exact in any order.)
    private const int LongRow = 128;

    // What is shorter than a vector goes another way through some functions, to other bits.
    private const int LeastStretch = 16;

    public static void Run(int tasks, ReductionSource<T> source, ReductionCall<T> call)
    {
        Region region = new() { Source = source, Call = call, Length = call.Outer * call.Reduce * call.Inner };
        Workers.For(tasks, ref region, &Task);
    }

    private static void Task(ref Region region, int task)
    {
        ReductionCall<T> call = region.Call;
        call.Take(task);
        TileProgram chain = region.Source.Chain!;
        using Scratch<byte> memory = Scratch.Rent<byte>((nint)chain.Tiles * chain.TileBytes);
        byte** values = stackalloc byte*[chain.Inputs + chain.Steps.Length];
        Elements elements = new(new TileRunner(chain, region.Source.Readers, values, memory.Pointer, region.Length), region.Length);
        if (call.ReadsLines)
            Lines(call, elements);
        else
            Units(call, elements);
    }

    private static void Lines(in ReductionCall<T> call, Elements elements)
    {
        int most = Math.Max(1, BlockElements / call.Reduce);
        using Scratch<T> block = Scratch.Rent<T>((nint)most * call.Reduce);
        ReductionCall<T> part = call;
        part.X = block.Pointer;
        for (long line = call.FirstUnit; line < call.LastUnit; line += most)
        {
            int lines = (int)Math.Min(most, call.LastUnit - line);
            elements.Compute((int)line * call.Reduce, lines * call.Reduce, block.Pointer);
            part.Partials = call.Partials + line;
            (part.FirstUnit, part.LastUnit) = (0, lines);
            Simd.Dispatch<ChunkReduction<TReduction, T>, T, ReductionCall<T>>(ref part);
        }
    }

    private static void Units(in ReductionCall<T> call, Elements elements)
    {
        bool inParts = call.ColumnUnits > 1 || call.Inner >= LongRow;
        int most = inParts ? Math.Clamp(BlockElements / call.ColumnsPerUnit, 1, call.ChunkRows) : call.ChunkRows;
        using Scratch<T> block = Scratch.Rent<T>(((nint)most + 1) * call.ColumnsPerUnit);
        for (long index = call.FirstUnit; index < call.LastUnit; index++)
        {
            ReductionUnit<T> unit = call.At(index);
            for (int row = 0; row < unit.Rows; row += most)
            {
                // What came out so far is the first row of what follows.
                int rows = Math.Min(most, unit.Rows - row), before = row == 0 ? 0 : 1;
                if (before == 1)
                    new ReadOnlySpan<T>(unit.Result, unit.Columns).CopyTo(new Span<T>(block.Pointer, unit.Columns));
                T* place = block.Pointer + ((nint)before * unit.Columns);
                int first = (int)unit.First + (row * call.Inner);
                if (unit.Columns == call.Inner)
                {
                    elements.Compute(first, rows * call.Inner, place);
                }
                else
                {
                    for (int r = 0; r < rows; r++)
                        elements.Compute(first + (r * call.Inner), unit.Columns, place + ((nint)r * unit.Columns));
                }

                ReductionCall<T> part = call;
                part.X = block.Pointer;
                part.Partials = unit.Result;
                (part.Reduce, part.Inner, part.ChunkRows, part.Chunks) = (before + rows, unit.Columns, before + rows, 1);
                (part.ColumnsPerUnit, part.FirstUnit, part.LastUnit) = (unit.Columns, 0, 1);
                Simd.Dispatch<ChunkReduction<TReduction, T>, T, ReductionCall<T>>(ref part);
            }
        }
    }

    private struct Region
    {
        public ReductionSource<T> Source;
        public ReductionCall<T> Call;
        public int Length;
    }

    /// <summary>Any stretch of the chain's elements, as the tiles of the chain alone would give them.</summary>
    private readonly ref struct Elements(TileRunner runner, int length)
    {
        private readonly TileRunner runner = runner;

        public void Compute(int start, int count, T* destination)
        {
            for (int end = start + count; start != end;)
            {
                int tile = start - (start % TileProgram.TileLength), tileEnd = tile + Math.Min(TileProgram.TileLength, length - tile);
                int stop = Math.Min(end, tileEnd);
                if (stop - start >= LeastStretch || (start == tile && stop == tileEnd))
                    runner.Run(start, stop - start, (byte*)destination, wide: true);
                else
                    Short(start, stop, tile, tileEnd, destination);
                destination += stop - start;
                start = stop;
            }
        }

        // With its neighbours in the tile, as far as there are any.
        private void Short(int start, int stop, int tile, int tileEnd, T* destination)
        {
            T* wide = stackalloc T[2 * LeastStretch];
            int first = Math.Max(tile, Math.Min(start, stop - LeastStretch));
            int last = Math.Min(tileEnd, Math.Max(stop, first + LeastStretch));
            runner.Run(first, last - first, (byte*)wide, wide: true);
            new ReadOnlySpan<T>(wide + (start - first), stop - start).CopyTo(new Span<T>(destination, stop - start));
        }
    }
}
