using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// dW[tap, c, o] = sum over pixels of x[pixel + tap, c] dy[pixel, o]: the transposed patches times the gradient.
/// </summary>
/// <remarks>
/// The pixels are cut into blocks and the blocks into chunks by the shape alone; chunks are summed apart, then pairwise, so
/// the bits do not depend on who computed what.
/// </remarks>
internal unsafe struct PatchGradient<T> where T : unmanaged, INumber<T>
{
    private const int MaxChunks = 16;
    private const nint MaxPartialLength = 4 * 1024 * 1024;
    private const int CombineLength = 8 * 1024;

    // Packed rows of a block should stay in the L2 cache while all panels pass.
    private const int PackedRowBytes = 256 * 1024;

    public PatchGrid<T> Grid;
    public int Groups, GroupInputs, GroupOutputs;
    public T* Gradient;
    public T* Result;
    public bool IsDepthwise;

    private Tile<T> tile;
    private T* partials;
    private int chunks, rowTasks, rowsPerTask, groupRows, outputs, panelCount;
    private nint length;
    private bool packsFullPanels, packsRows;

    public void Run()
    {
        tile = Tile<T>.For(GroupOutputs);
        groupRows = Grid.TapCount * GroupInputs;
        outputs = Groups * GroupOutputs;
        length = (nint)groupRows * outputs;
        if (length == 0)
            return;
        if (Grid.Batch <= 0 || Grid.Rows <= 0 || Grid.Columns <= 0)
        {
            new Span<T>(Result, checked((int)length)).Clear();
            return;
        }
        if (WinogradGrid<T>.Suits(Grid, Groups, GroupInputs, GroupOutputs))
        {
            new WinogradGradient<T>(this).Run();
            return;
        }
        Grid.Cut(Packing.MaxDepth<T>(tile.Columns));
        panelCount = Rounding.DivideUp(GroupOutputs, tile.Columns);
        int tiles = Rounding.DivideUp(groupRows, tile.Rows);
        // Six channels of pixels far apart touch a cache line and nearly a page each: worth copying together when several panels read them.
        packsRows = !IsDepthwise && panelCount > 2 && Grid.ColumnStep * Grid.Channels * sizeof(T) > 1024;
        int tileLimit = packsRows ? Math.Max(1, PackedRowBytes / (tile.Rows * Grid.MaxBlockPixels * sizeof(T))) : tiles;
        int leastRowTasks = Rounding.DivideUp(tiles, tileLimit);
        chunks = (int)Math.Clamp(MaxPartialLength / length, 1, Math.Min(Grid.BlockCount, Rounding.DivideUp(MaxChunks, leastRowTasks)));
        int tilesPerTask = IsDepthwise ? tiles : Rounding.DivideUp(tiles, Math.Clamp(MaxChunks / (2 * chunks), leastRowTasks, tiles));
        rowsPerTask = tilesPerTask * tile.Rows;
        rowTasks = Rounding.DivideUp(groupRows, rowsPerTask);
        packsFullPanels = tiles > 4;

        using Scratch<T> memory = Scratch.Rent<T>((chunks - 1) * length);
        partials = memory.Pointer;
        void* state = Unsafe.AsPointer(ref this);
        Workers.For(chunks * rowTasks, state, IsDepthwise ? &DepthwiseChunk : &MultiplyChunk);
        if (chunks > 1)
            Workers.For((int)((length + CombineLength - 1) / CombineLength), state, &Combine);
    }

    private readonly T* Partial(int chunk) => chunk == 0 ? Result : partials + ((chunk - 1) * length);

    private readonly int FirstBlock(int chunk) => (int)((long)chunk * Grid.BlockCount / chunks);

    private static void MultiplyChunk(void* state, int task) => ((PatchGradient<T>*)state)->MultiplyChunk(task);

    private readonly void MultiplyChunk(int task)
    {
        int chunk = task / rowTasks, firstRow = task % rowTasks * rowsPerTask;
        int rows = Math.Min(rowsPerTask, groupRows - firstRow);
        int padded = Rounding.RoundUp(rows, tile.Rows);
        using Scratch<T> memory = Scratch.Rent<T>(Grid.WindowLength);
        using Scratch<T> panel = Scratch.Rent<T>((nint)Grid.MaxBlockPixels * tile.Columns);
        using Scratch<T> packedRows = Scratch.Rent<T>(packsRows ? (nint)padded * Grid.MaxBlockPixels : 0);
        using Scratch<nint> tables = Scratch.Rent<nint>(2 * padded);
        T** inputs = (T**)tables.Pointer;
        T** results = inputs + padded;
        using Scratch<Segment> segments = Scratch.Rent<Segment>(Grid.MaxBlockPixels);
        for (int i = 0; i < padded; i++)
            results[i] = Partial(chunk) + ((nint)(firstRow + Math.Min(i, rows - 1)) * outputs);

        TileCall<T> call = new()
        {
            Outputs = results,
            Segments = segments.Pointer,
            Step = packsRows ? tile.Rows : (nint)Grid.ColumnStep * Grid.Channels,
        };
        for (int index = FirstBlock(chunk); index < FirstBlock(chunk + 1); index++)
        {
            PatchBlock block = Grid.Block(index);
            PatchWindow<T> window = Grid.Open(block, memory.Pointer);
            call.Adds = index > FirstBlock(chunk);
            // Packed rows follow each other without a gap, as do those of the gradient.
            call.Depth = packsRows ? block.Pixels : block.Columns;
            call.SegmentCount = packsRows ? 1 : block.Images * block.Rows;
            for (int group = 0; group < Groups; group++)
            {
                for (int i = 0; i < padded; i++)
                {
                    int row = firstRow + Math.Min(i, rows - 1);
                    inputs[i] = window.Origin + Grid.Offset(row / GroupInputs, window) + (group * GroupInputs) + (row % GroupInputs);
                }
                if (packsRows)
                    PackRows(block, window, rows, inputs, packedRows.Pointer);
                MultiplyGroup(&call, block, window, group, rows, inputs, results, panel.Pointer);
            }
        }
    }

    private readonly void MultiplyGroup(
        TileCall<T>* call, in PatchBlock block, in PatchWindow<T> window, int group, int rows, T** inputs, T** results, T* packed)
    {
        for (int index = 0; index < panelCount; index++)
        {
            int column = index * tile.Columns;
            call->Column = (group * GroupOutputs) + column;
            call->ColumnCount = Math.Min(tile.Columns, GroupOutputs - column);
            // A block of whole rows is contiguous in dy and can be read in place.
            T* source = GradientRow(block, 0) + call->Column;
            bool isPacked = packsFullPanels || call->ColumnCount < tile.Columns || block.Columns < Grid.Columns;
            call->Panel = isPacked ? packed : source;
            call->PanelStep = isPacked ? tile.Columns : outputs;
            for (int s = 0; s < block.Images * block.Rows; s++)
            {
                call->Segments[s] = new Segment(
                    packsRows ? (nint)s * block.Columns * tile.Rows : RowOffset(s, block, window),
                    (nint)s * block.Columns * call->PanelStep);
                if (!isPacked)
                    continue;
                Packing.Panel(GradientRow(block, s) + call->Column, outputs, 1, block.Columns, call->ColumnCount,
                    packed + ((nint)s * block.Columns * tile.Columns), tile.Columns);
            }
            for (int row = 0; row < rows; row += tile.Rows)
            {
                call->Rows = inputs + row;
                call->Outputs = results + row;
                call->RowCount = Math.Min(tile.Rows, rows - row);
                tile.Multiply(call);
            }
        }
    }

    /// <summary>Copies what each tile's rows hold at a block's pixels, pixel by pixel, and points to the copies.</summary>
    private readonly void PackRows(in PatchBlock block, in PatchWindow<T> window, int rows, T** inputs, T* packed)
    {
        nint step = (nint)Grid.ColumnStep * Grid.Channels;
        for (int row = 0; row < rows; row += tile.Rows, packed += tile.Rows * block.Pixels)
        {
            int count = Math.Min(tile.Rows, rows - row);
            for (int i = 0, run; i < count; i += run)
            {
                // Channels of one tap lie side by side.
                run = 1;
                while (i + run < count && inputs[row + i + run] == inputs[row + i] + run)
                    run++;
                for (int s = 0; s < block.Images * block.Rows; s++)
                {
                    Packing.Rows(inputs[row + i] + RowOffset(s, block, window), 1, step, block.Columns, run,
                        packed + ((nint)s * block.Columns * tile.Rows) + i, tile.Rows);
                }
            }
            for (int i = 0; i < tile.Rows; i++)
                inputs[row + i] = packed + Math.Min(i, count - 1);
        }
    }

    /// <summary>How far one row of a block lies from its first.</summary>
    private readonly nint RowOffset(int row, in PatchBlock block, in PatchWindow<T> window) =>
        (row / block.Rows * window.ImageStride) + (row % block.Rows * Grid.RowStep * window.RowStride);

    /// <summary>The gradient at the first pixel of one row of a block.</summary>
    private readonly T* GradientRow(in PatchBlock block, int row)
    {
        nint image = block.FirstImage + (row / block.Rows), imageRow = block.FirstRow + (row % block.Rows);
        return Gradient + ((((image * Grid.Rows) + imageRow) * Grid.Columns) + block.FirstColumn) * outputs;
    }

    private static void DepthwiseChunk(void* state, int chunk) => ((PatchGradient<T>*)state)->DepthwiseChunk(chunk);

    private readonly void DepthwiseChunk(int chunk)
    {
        new Span<T>(Partial(chunk), checked((int)length)).Clear();
        if (Grid.IsThreeByThree)
        {
            long rows = (long)Grid.Batch * Grid.Rows;
            DepthwiseRowsGradient<T>.Run(Grid, Gradient, Partial(chunk), (int)(rows * chunk / chunks), (int)(rows * (chunk + 1) / chunks));
            return;
        }

        using Scratch<T> memory = Scratch.Rent<T>(Grid.WindowLength);
        using Scratch<nint> tables = Scratch.Rent<nint>((2 * Grid.MaxBlockPixels) + Grid.TapCount);
        T** inputs = (T**)tables.Pointer;
        T** gradients = inputs + Grid.MaxBlockPixels;
        nint* offsets = tables.Pointer + (2 * Grid.MaxBlockPixels);
        for (int index = FirstBlock(chunk); index < FirstBlock(chunk + 1); index++)
        {
            PatchBlock block = Grid.Block(index);
            PatchWindow<T> window = Grid.Open(block, memory.Pointer);
            Grid.FillAnchors(block, window, inputs);
            for (int pixel = 0; pixel < block.Pixels; pixel++)
                gradients[pixel] = GradientRow(block, pixel / block.Columns) + ((nint)(pixel % block.Columns) * outputs);
            for (int tap = 0; tap < Grid.TapCount; tap++)
                offsets[tap] = Grid.Offset(tap, window);
            DepthwiseCall<T> call = new()
            {
                Inputs = inputs,
                Outputs = gradients,
                Pixels = block.Pixels,
                Channels = Grid.Channels,
                Offsets = offsets,
                Taps = Grid.Taps,
                TapCount = Grid.TapCount,
                Weights = Partial(chunk),
            };
            Simd.Dispatch<DepthwiseKernelGradient<T>, T, DepthwiseCall<T>>(ref call);
        }
    }

    private static void Combine(void* state, int task) => ((PatchGradient<T>*)state)->Combine(task);

    /// <summary>((0 + 1) + (2 + 3)) + ... over the chunks, for one range of elements.</summary>
    private readonly void Combine(int task)
    {
        nint begin = (nint)task * CombineLength;
        int count = (int)Math.Min(CombineLength, length - begin);
        for (int stride = 1; stride < chunks; stride *= 2)
        {
            for (int i = 0; i + stride < chunks; i += 2 * stride)
            {
                var left = new Span<T>(Partial(i) + begin, count);
                TensorPrimitives.Add(left, new ReadOnlySpan<T>(Partial(i + stride) + begin, count), left);
            }
        }
    }
}
