using System.Diagnostics;
using System.Runtime.InteropServices;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Bench.Kernels;

/// <summary>
/// What the register tile does at this moment with everything in the L1 cache, on all threads at once. Where neighbours share
/// the processor's cores its speed changes by a third from one millisecond to the next; a kernel's share of it does not.
/// </summary>
internal static unsafe class TileSpeed
{
    private const int Depth = 256, Tiles = 60;

    private static readonly float* Memory = Allocate();

    /// <summary>GFLOP/s of all threads together.</summary>
    public static double Measure()
    {
        long start = Stopwatch.GetTimestamp();
        Workers.For(Workers.Count, null, &Run);
        Tile<float> tile = Tile<float>.For(1024);
        return 2.0 * Workers.Count * Tiles * Depth * tile.Rows * tile.Columns / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    private static void Run(void* state, int task)
    {
        Tile<float> tile = Tile<float>.For(1024);
        float** pointers = stackalloc float*[2 * tile.Rows];
        float* results = stackalloc float[tile.Rows * tile.Columns];
        for (int i = 0; i < tile.Rows; i++)
        {
            pointers[i] = Memory + i;
            pointers[tile.Rows + i] = results + (i * tile.Columns);
        }
        Segment whole = default;
        TileCall<float> call = new()
        {
            Segments = &whole,
            SegmentCount = 1,
            Depth = Depth,
            Step = tile.Rows,
            Panel = Memory + (tile.Rows * Depth),
            PanelStep = tile.Columns,
            Rows = pointers,
            Outputs = pointers + tile.Rows,
            RowCount = tile.Rows,
            ColumnCount = tile.Columns,
        };
        for (int i = 0; i < Tiles; i++)
            tile.Multiply(&call);
    }

    private static float* Allocate()
    {
        const int length = 64 * Depth;
        float* memory = (float*)NativeMemory.AlignedAlloc(length * sizeof(float), 64);
        new Span<float>(memory, length).Fill(0.5f);
        return memory;
    }
}
