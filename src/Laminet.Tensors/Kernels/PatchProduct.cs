using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// y[pixel, :] = sum over taps of x[pixel + tap, :]·W[tap] for every cell of a grid: a convolution, or one phase of its
/// gradient by data. Weights are packed once; each task multiplies the patches of a block of pixels where they lie.
/// </summary>
internal unsafe struct PatchProduct<T> where T : unmanaged, INumber<T>
{
    public PatchGrid<T> Grid;
    public int Groups, GroupInputs, GroupOutputs;

    /// <summary>Weight of (tap, group, input channel k, output channel n): tap.Weight + group GroupStride + k InputStride + n OutputStride.</summary>
    public T* Weights;
    public nint WeightGroupStride, WeightInputStride, WeightOutputStride;

    public T* Output;
    public nint OutputImageStride, OutputRowStride, OutputColumnStride;
    public Epilogue<T> Epilogue;
    public bool IsDepthwise;

    /// <summary>Whether the weights lie in panels already, as <see cref="KernelPanels"/> says.</summary>
    public bool IsPacked;

    /// <summary>How far the addend lies from the result.</summary>
    public readonly nint AddendOffset => Epilogue.Addend == null ? 0 : (nint)(Epilogue.Addend - Output);

    private const int BlockPixels = 192;
    private const int ThinBlockPixels = 768;
    private const int SortedBlockPixels = 512;
    private const int WindowBytes = 256 * 1024;
    private const int SharedTasks = 8;

    private Tile<T> tile;
    private T* panels;
    private int panelCount, reduction;
    private int mergedTaps, panelsPerTask, columnTasks;
    private bool skipsBorder;

    public void Run()
    {
        if (Grid.Batch <= 0 || Grid.Rows <= 0 || Grid.Columns <= 0)
            return;
        if (!Multiply() && Epilogue.Swish)
            Swish.All(Output, checked((int)(Grid.Batch * OutputImageStride)));
    }

    /// <summary>The product; true if its kernel has applied <see cref="Epilogue{T}.Swish"/>.</summary>
    private bool Multiply()
    {
        if (WinogradPanels<T>.Suits(Grid, Groups, GroupInputs, GroupOutputs))
        {
            new WinogradPanels<T>(this).Run();
            return false;
        }
        if (WinogradGrid<T>.Suits(Grid, Groups, GroupInputs, GroupOutputs))
        {
            new WinogradProduct<T>(this).Run();
            return false;
        }
        if (WinogradFirst<T>.Suits(this))
        {
            new WinogradFirst<T>(this).Run();
            return true;
        }
        if (IsDepthwise && DepthwiseRows<T>.Suits(Grid))
        {
            new DepthwiseRows<T>(this).Run();
            return true;
        }
        if (IsDepthwise && DepthwiseLines<T>.Suits(Grid))
        {
            new DepthwiseLines<T>(this).Run();
            return true;
        }
        tile = Tile<T>.For(GroupOutputs);
        panelCount = Rounding.DivideUp(GroupOutputs, tile.Columns);
        reduction = Grid.TapCount * GroupInputs;
        // A block should be worth its start: many pixels where there is little to multiply at each.
        Cut(reduction * GroupOutputs < 4096 ? ThinBlockPixels : BlockPixels);
        void* state = Unsafe.AsPointer(ref this);
        if (IsDepthwise)
        {
            Workers.For(Grid.BlockCount, state, &DepthwiseBlock);
            return false;
        }
        // Zeros of the border are multiplied like any pixel unless they are many and each tap is a run worth its own start.
        skipsBorder = GroupInputs >= 16 && Grid.ShareInside() < 0.93;
        if (skipsBorder)
        {
            // Of fewer pixels in a tile, more see the same taps.
            tile = Tile<T>.For(GroupOutputs).OfRows(1);
            Cut(SortedBlockPixels);
        }

        mergedTaps = skipsBorder ? 1 : Grid.MergedTaps(Groups);
        columnTasks = Math.Clamp(2 * Workers.Count / Grid.BlockCount, 1, panelCount);
        panelsPerTask = Rounding.DivideUp(panelCount, columnTasks);
        columnTasks = Rounding.DivideUp(panelCount, panelsPerTask);

        using Scratch<T> packed = Scratch.Rent<T>(IsPacked ? 0 : (nint)Groups * panelCount * reduction * tile.Columns);
        panels = IsPacked ? Weights : packed.Pointer;
        if (!IsPacked)
            Workers.For(Groups * panelCount, state, &PackPanel);
        Workers.For(Grid.BlockCount * columnTasks, state, &MultiplyBlock);
        return false;
    }

    /// <summary>
    /// Blocks whose window stays in the L2 cache; small problems are cut smaller, so that with the panels there are enough tasks.
    /// </summary>
    private void Cut(int pixels)
    {
        long share = (long)Grid.Batch * Grid.Rows * Grid.Columns * panelCount / SharedTasks;
        long cached = Math.Max(96, WindowBytes / ((long)Grid.Channels * sizeof(T)));
        Grid.Cut((int)Math.Clamp(Math.Min(share, cached), 4 * tile.Rows, pixels));
    }

    private readonly T* Panel(int group, int panel) => panels + ((((nint)group * panelCount) + panel) * reduction * tile.Columns);

    private static void PackPanel(void* state, int task)
    {
        PatchProduct<T>* product = (PatchProduct<T>*)state;
        int group = task / product->panelCount, panel = task % product->panelCount;
        int column = panel * product->tile.Columns;
        T* target = product->Panel(group, panel);
        for (int tap = 0; tap < product->Grid.TapCount; tap++)
        {
            T* source = product->Weights + product->Grid.Taps[tap].Weight
                + (group * product->WeightGroupStride) + (column * product->WeightOutputStride);
            Packing.Panel(source, product->WeightInputStride, product->WeightOutputStride, product->GroupInputs,
                Math.Min(product->tile.Columns, product->GroupOutputs - column), target, product->tile.Columns);
            target += product->GroupInputs * product->tile.Columns;
        }
    }

    private static void MultiplyBlock(void* state, int task) => ((PatchProduct<T>*)state)->MultiplyBlock(task);

    private readonly void MultiplyBlock(int task)
    {
        PatchBlock block = Grid.Block(task / columnTasks);
        using Scratch<T> memory = Scratch.Rent<T>(Grid.WindowLength);
        PatchWindow<T> window = Grid.Open(block, memory.Pointer);
        int tiles = Rounding.DivideUp(block.Pixels, tile.Rows), padded = tiles * tile.Rows;
        int runs = Grid.TapCount / mergedTaps, runDepth = mergedTaps * GroupInputs;
        using Scratch<nint> pointers = Scratch.Rent<nint>(2 * padded);
        using Scratch<TapRange> ranges = Scratch.Rent<TapRange>(tiles);
        using Scratch<Segment> segments = Scratch.Rent<Segment>((skipsBorder ? tiles : 1) * runs);
        using Scratch<int> counts = Scratch.Rent<int>(tiles);
        PatchTables tables = new()
        {
            Inputs = (T**)pointers.Pointer,
            Outputs = (T**)pointers.Pointer + padded,
            Pixels = block.Pixels,
            Ranges = ranges.Pointer,
            Segments = segments.Pointer,
            SegmentsPerTile = skipsBorder ? runs : 0,
            Counts = counts.Pointer,
        };
        FillTables(block, window, tables, padded);

        int maxDepth = Packing.MaxDepth<T>(tile.Columns);
        // Whole runs to a pass while they fit, or equal parts of one run.
        int passes = Math.Max(1, Rounding.DivideUp(runs, Math.Max(1, maxDepth / Math.Max(1, runDepth))));
        int runsPerPass = Rounding.DivideUp(runs, passes);
        int partDepth = Math.Max(1, Rounding.DivideUp(runDepth, Math.Max(1, Rounding.DivideUp(runDepth, maxDepth))));
        int firstPanel = task % columnTasks * panelsPerTask;
        TileCall<T> call = new() { Step = 1, PanelStep = tile.Columns };
        for (int group = 0; group < Groups; group++)
        {
            for (int pass = 0; pass < passes; pass++)
            {
                int firstRun = pass * runsPerPass, endRun = Math.Min(runs, firstRun + runsPerPass);
                int depth = 0;
                do
                {
                    call.Depth = Math.Min(partDepth, runDepth - depth);
                    FillSegments(tables, window, tiles, firstRun, endRun, ((nint)group * GroupInputs) + depth, depth);
                    bool isLast = endRun == runs && depth + call.Depth >= runDepth;
                    call.Finish(Epilogue, Output, pass == 0 && depth == 0, isLast);
                    MultiplyPanels(&call, group, firstPanel, tables);
                    depth += partDepth;
                }
                while (depth < runDepth);
            }
        }
    }

    /// <summary>The runs of one pass: for each tile those that reach into its images, or one list for all tiles.</summary>
    private readonly void FillSegments(
        in PatchTables tables, in PatchWindow<T> window, int tiles, int firstRun, int endRun, nint channel, int depth)
    {
        for (int index = 0; index < tiles; index++)
        {
            if (index > 0 && !skipsBorder)
            {
                tables.Counts[index] = tables.Counts[0];
                continue;
            }
            Segment* segments = tables.Segments + (index * tables.SegmentsPerTile);
            int count = 0;
            for (int run = firstRun; run < endRun; run++)
            {
                int tap = run * mergedTaps;
                if (!skipsBorder || tables.Ranges[index].Contains(tap / Grid.TapColumns, tap % Grid.TapColumns))
                    segments[count++] = new Segment(Grid.Offset(tap, window) + channel, (((nint)tap * GroupInputs) + depth) * tile.Columns);
            }
            tables.Counts[index] = count;
        }
    }

    private readonly void MultiplyPanels(TileCall<T>* call, int group, int firstPanel, in PatchTables tables)
    {
        for (int panel = firstPanel; panel < Math.Min(panelCount, firstPanel + panelsPerTask); panel++)
        {
            int column = panel * tile.Columns;
            call->Panel = Panel(group, panel);
            call->Column = (group * GroupOutputs) + column;
            call->ColumnCount = Math.Min(tile.Columns, GroupOutputs - column);
            for (int index = 0, pixel = 0; pixel < tables.Pixels; index++, pixel += tile.Rows)
            {
                call->Segments = tables.Segments + (index * tables.SegmentsPerTile);
                call->SegmentCount = tables.Counts[index];
                call->Rows = tables.Inputs + pixel;
                call->Outputs = tables.Outputs + pixel;
                call->RowCount = Math.Min(tile.Rows, tables.Pixels - pixel);
                tile.Multiply(call);
            }
        }
    }

    /// <summary>
    /// Where each pixel's patch begins and where its result goes; entries past the last repeat it. Pixels that see the same
    /// taps inside the image come together, so that a tile can leave out the others.
    /// </summary>
    private readonly void FillTables(in PatchBlock block, in PatchWindow<T> window, in PatchTables tables, int padded)
    {
        int pixel = 0;
        for (int row = 0, endRow; row < block.Rows; row = endRow)
        {
            (int First, int End) tapRows = Grid.TapRowsInside(block.FirstRow + row);
            endRow = skipsBorder ? row + 1 : block.Rows;
            while (endRow < block.Rows && Grid.TapRowsInside(block.FirstRow + endRow) == tapRows)
                endRow++;
            for (int column = 0, endColumn; column < block.Columns; column = endColumn)
            {
                (int First, int End) tapColumns = Grid.TapColumnsInside(block.FirstColumn + column);
                endColumn = skipsBorder ? column + 1 : block.Columns;
                while (endColumn < block.Columns && Grid.TapColumnsInside(block.FirstColumn + endColumn) == tapColumns)
                    endColumn++;
                int first = pixel;
                pixel = FillPart(block, window, tables, pixel, (row, endRow), (column, endColumn));
                if (skipsBorder)
                    Mark(tables.Ranges, first, pixel, new TapRange(tapRows.First, tapRows.End, tapColumns.First, tapColumns.End));
            }
        }
        for (; pixel < padded; pixel++)
        {
            tables.Inputs[pixel] = tables.Inputs[pixel - 1];
            tables.Outputs[pixel] = tables.Outputs[pixel - 1];
        }
    }

    private readonly int FillPart(
        in PatchBlock block, in PatchWindow<T> window, in PatchTables tables, int pixel, (int Begin, int End) rows, (int Begin, int End) columns)
    {
        for (int i = 0; i < block.Images; i++)
        {
            for (int r = rows.Begin; r < rows.End; r++)
            {
                T* input = window.Origin + (i * window.ImageStride) + (r * Grid.RowStep * window.RowStride);
                T* output = Output + ((block.FirstImage + i) * OutputImageStride) + ((block.FirstRow + r) * OutputRowStride)
                    + (block.FirstColumn * OutputColumnStride);
                for (int c = columns.Begin; c < columns.End; c++, pixel++)
                {
                    tables.Inputs[pixel] = input + ((nint)c * Grid.ColumnStep * Grid.Channels);
                    tables.Outputs[pixel] = output + (c * OutputColumnStride);
                }
            }
        }
        return pixel;
    }

    /// <summary>Adds a range of taps to the tiles of some pixels; a tile's first pixel starts its range anew.</summary>
    private readonly void Mark(TapRange* ranges, int first, int end, TapRange range)
    {
        for (int index = first / tile.Rows; index * tile.Rows < end; index++)
            ranges[index] = index * tile.Rows >= first ? range : ranges[index].Union(range);
    }

    /// <summary>What a task knows about its pixels and its tiles.</summary>
    private struct PatchTables
    {
        public T** Inputs, Outputs;
        public int Pixels;
        public TapRange* Ranges;
        public Segment* Segments;
        public int SegmentsPerTile;
        public int* Counts;
    }

    private static void DepthwiseBlock(void* state, int task) => ((PatchProduct<T>*)state)->DepthwiseBlock(task);

    private readonly void DepthwiseBlock(int task)
    {
        PatchBlock block = Grid.Block(task);
        using Scratch<T> memory = Scratch.Rent<T>(Grid.WindowLength);
        PatchWindow<T> window = Grid.Open(block, memory.Pointer);
        using Scratch<nint> tables = Scratch.Rent<nint>((2 * block.Pixels) + Grid.TapCount);
        T** inputs = (T**)tables.Pointer;
        T** outputs = inputs + block.Pixels;
        nint* offsets = tables.Pointer + (2 * block.Pixels);
        FillTables(block, window, new PatchTables { Inputs = inputs, Outputs = outputs }, block.Pixels);
        for (int tap = 0; tap < Grid.TapCount; tap++)
            offsets[tap] = Grid.Offset(tap, window);
        DepthwiseCall<T> call = new()
        {
            Inputs = inputs,
            Outputs = outputs,
            Pixels = block.Pixels,
            Channels = Grid.Channels,
            Offsets = offsets,
            Taps = Grid.Taps,
            TapCount = Grid.TapCount,
            Weights = Weights,
            Epilogue = Epilogue,
            AddendOffset = AddendOffset,
        };
        Simd.Dispatch<DepthwiseForward<T>, T, DepthwiseCall<T>>(ref call);
    }
}
