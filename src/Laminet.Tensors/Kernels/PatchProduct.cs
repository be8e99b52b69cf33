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
    public T* Bias;
    public bool Rectify;
    public bool IsDepthwise;

    private const int BlockPixels = 192;

    private Tile<T> tile;
    private T* panels;
    private int panelCount, reduction;
    private int mergedTaps, panelsPerTask, columnTasks;

    public void Run()
    {
        if (Grid.Batch <= 0 || Grid.Rows <= 0 || Grid.Columns <= 0)
            return;
        tile = Tile<T>.Current;
        // Small problems are cut smaller, so that every thread has a share.
        long pixels = (long)Grid.Batch * Grid.Rows * Grid.Columns;
        int share = (int)Math.Min(BlockPixels, pixels / (2L * Workers.Count));
        Grid.Cut(Math.Max(4 * tile.Rows, share));
        void* state = Unsafe.AsPointer(ref this);
        if (IsDepthwise)
        {
            Workers.For(Grid.BlockCount, state, &DepthwiseBlock);
            return;
        }
        panelCount = Rounding.DivideUp(GroupOutputs, tile.Columns);
        reduction = Grid.TapCount * GroupInputs;
        mergedTaps = Grid.MergedTaps(Groups);
        columnTasks = Math.Clamp(2 * Workers.Count / Grid.BlockCount, 1, panelCount);
        panelsPerTask = Rounding.DivideUp(panelCount, columnTasks);
        columnTasks = Rounding.DivideUp(panelCount, panelsPerTask);

        using Scratch<T> packed = Scratch.Rent<T>((nint)Groups * panelCount * reduction * tile.Columns);
        panels = packed.Pointer;
        Workers.For(Groups * panelCount, state, &PackPanel);
        Workers.For(Grid.BlockCount * columnTasks, state, &MultiplyBlock);
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
        int padded = Rounding.RoundUp(block.Pixels, tile.Rows);
        using Scratch<nint> tables = Scratch.Rent<nint>((2 * padded) + Grid.TapCount + 1);
        T** inputs = (T**)tables.Pointer;
        T** outputs = inputs + padded;
        FillTables(block, window, inputs, outputs, padded);

        int runs = Grid.TapCount / mergedTaps, runDepth = mergedTaps * GroupInputs;
        int maxDepth = Packing.MaxDepth<T>(tile.Columns);
        // Whole runs to a pass while they fit, or equal parts of one run.
        int passes = Math.Max(1, Rounding.DivideUp(runs, Math.Max(1, maxDepth / Math.Max(1, runDepth))));
        int runsPerPass = Rounding.DivideUp(runs, passes);
        int partDepth = Math.Max(1, Rounding.DivideUp(runDepth, Math.Max(1, Rounding.DivideUp(runDepth, maxDepth))));
        int firstPanel = task % columnTasks * panelsPerTask;
        nint* offsets = tables.Pointer + (2 * padded);
        TileCall<T> call = new() { Segments = offsets, Step = 1, PanelStep = tile.Columns };
        for (int group = 0; group < Groups; group++)
        {
            for (int pass = 0; pass < passes; pass++)
            {
                int firstRun = pass * runsPerPass;
                call.SegmentCount = Math.Min(runsPerPass, runs - firstRun);
                int depth = 0;
                do
                {
                    call.Depth = Math.Min(partDepth, runDepth - depth);
                    for (int run = 0; run < call.SegmentCount; run++)
                        offsets[run] = Grid.Offset((firstRun + run) * mergedTaps, window) + ((nint)group * GroupInputs) + depth;
                    bool isLast = pass == passes - 1 && depth + call.Depth >= runDepth;
                    call.Accumulate = pass > 0 || depth > 0;
                    call.Bias = isLast ? Bias : null;
                    call.Rectify = isLast && Rectify;
                    MultiplyPanels(&call, group, firstPanel, (firstRun * runDepth) + depth, block.Pixels, inputs, outputs);
                    depth += partDepth;
                }
                while (depth < runDepth);
            }
        }
    }

    private readonly void MultiplyPanels(
        TileCall<T>* call, int group, int firstPanel, int firstDepth, int pixels, T** inputs, T** outputs)
    {
        for (int panel = firstPanel; panel < Math.Min(panelCount, firstPanel + panelsPerTask); panel++)
        {
            int column = panel * tile.Columns;
            call->Panel = Panel(group, panel) + ((nint)firstDepth * tile.Columns);
            call->Column = (group * GroupOutputs) + column;
            call->ColumnCount = Math.Min(tile.Columns, GroupOutputs - column);
            for (int pixel = 0; pixel < pixels; pixel += tile.Rows)
            {
                call->Rows = inputs + pixel;
                call->Outputs = outputs + pixel;
                call->RowCount = Math.Min(tile.Rows, pixels - pixel);
                tile.Multiply(call);
            }
        }
    }

    /// <summary>Where each pixel's patch begins and where its result goes; entries past the last repeat it.</summary>
    private readonly void FillTables(in PatchBlock block, in PatchWindow<T> window, T** inputs, T** outputs, int padded)
    {
        Grid.FillAnchors(block, window, inputs);
        T** output = outputs;
        for (int i = 0; i < block.Images; i++)
        {
            for (int r = 0; r < block.Rows; r++)
            {
                T* row = Output + ((block.FirstImage + i) * OutputImageStride) + ((block.FirstRow + r) * OutputRowStride);
                for (int c = 0; c < block.Columns; c++)
                    *output++ = row + ((block.FirstColumn + c) * OutputColumnStride);
            }
        }
        for (int i = block.Pixels; i < padded; i++)
        {
            inputs[i] = inputs[i - 1];
            outputs[i] = outputs[i - 1];
        }
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
        FillTables(block, window, inputs, outputs, block.Pixels);
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
            Bias = Bias,
            Rectify = Rectify,
        };
        Simd.Dispatch<DepthwiseForward<T>, T, DepthwiseCall<T>>(ref call);
    }
}
