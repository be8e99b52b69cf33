using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The gradient of <see cref="WinogradProduct{T}"/> by its weights, which is its transpose: with V the transformed pixels and Z = A dy Aᵀ,
/// dU[cell] = sum over tiles of V[cell]ᵀ Z[cell], and dW = Gᵀ dU G.
/// </summary>
/// <remarks>The tiles are summed in order, in blocks that the shape decides; tasks share cells and channels, never a sum.</remarks>
internal unsafe struct WinogradGradient<T>(PatchGradient<T> patch) where T : unmanaged, INumber<T>
{
    private const int Cells = WinogradGrid<T>.Cells;
    private const nint BlockBytes = 12 * 1024 * 1024;
    private const int TilesPerTask = 8;
    private const int RowsPerTask = 128;

    private readonly PatchGradient<T> patch = patch;
    private readonly WinogradGrid<T> grid = new(patch.Grid);
    private Tile<T> tile;
    private T* pixels, gradients, sums;
    private nint pixelRow, gradientRow, pixelSlice, gradientSlice, sumSlice;
    private int panelCount, rowTasks, rowsPerTask, partDepth;
    private int firstTile, tiles;

    public void Run()
    {
        int inputs = patch.GroupInputs, outputs = patch.GroupOutputs;
        tile = Tile<T>.For(outputs);
        panelCount = Rounding.DivideUp(outputs, tile.Columns);
        pixelRow = WinogradGrid<T>.Apart(inputs);
        gradientRow = WinogradGrid<T>.Apart(panelCount * tile.Columns);
        sumSlice = inputs * gradientRow;
        rowsPerTask = Rounding.RoundUp(RowsPerTask, tile.Rows);
        rowTasks = Rounding.DivideUp(inputs, rowsPerTask);

        int limit = (int)Math.Max(48, BlockBytes / (Cells * sizeof(T) * (pixelRow + gradientRow)));
        int tilesPerBlock = Rounding.DivideUp(grid.Count, Rounding.DivideUp(grid.Count, limit));
        partDepth = Rounding.DivideUp(tilesPerBlock, Rounding.DivideUp(tilesPerBlock, Packing.MaxDepth<T>(tile.Columns)));
        pixelSlice = WinogradGrid<T>.Apart(tilesPerBlock * pixelRow);
        gradientSlice = WinogradGrid<T>.Apart(tilesPerBlock * gradientRow);
        using Scratch<T> pixelMemory = Scratch.Rent<T>(Cells * pixelSlice);
        using Scratch<T> gradientMemory = Scratch.Rent<T>(Cells * gradientSlice);
        using Scratch<T> sumMemory = Scratch.Rent<T>(Cells * sumSlice);
        pixels = pixelMemory.Pointer;
        gradients = gradientMemory.Pointer;
        sums = sumMemory.Pointer;

        void* state = Unsafe.AsPointer(ref this);
        for (firstTile = 0; firstTile < grid.Count; firstTile += tilesPerBlock)
        {
            tiles = Math.Min(tilesPerBlock, grid.Count - firstTile);
            Workers.For(Rounding.DivideUp(tiles, TilesPerTask), state, &Transform);
            Workers.For(Cells * rowTasks, state, &Multiply);
        }
        Workers.For(inputs, state, &TransformBack);
    }

    private static void Transform(void* state, int task) => ((WinogradGradient<T>*)state)->Transform(task);

    private readonly void Transform(int task)
    {
        int first = task * TilesPerTask, count = Math.Min(TilesPerTask, tiles - first);
        grid.TransformPixels(firstTile + first, count, pixels + (first * pixelRow), pixelRow, pixelSlice);

        int outputs = patch.GroupOutputs, padded = panelCount * tile.Columns;
        using Scratch<T> zeros = Scratch.Rent<T>(outputs);
        new Span<T>(zeros.Pointer, outputs).Clear();
        T** results = stackalloc T*[16];
        WinogradCall<T> call = new() { Pixels = results, Channels = outputs, SliceStride = gradientSlice };
        for (int i = first; i < first + count; i++)
        {
            grid.FillResults(firstTile + i, patch.Gradient, (nint)patch.Grid.Rows * patch.Grid.Columns * outputs,
                (nint)patch.Grid.Columns * outputs, outputs, zeros.Pointer, results);
            call.Slices = gradients + (i * gradientRow);
            Simd.Dispatch<WinogradGradients<T>, T, WinogradCall<T>>(ref call);
            // The last panel is read as if it were whole.
            for (int cell = 0; cell < Cells && outputs < padded; cell++)
                new Span<T>(call.Slices + (cell * gradientSlice) + outputs, padded - outputs).Clear();
        }
    }

    private static void Multiply(void* state, int task) => ((WinogradGradient<T>*)state)->Multiply(task);

    private readonly void Multiply(int task)
    {
        int cell = task / rowTasks, firstRow = task % rowTasks * rowsPerTask;
        int rows = Math.Min(rowsPerTask, patch.GroupInputs - firstRow), padded = Rounding.RoundUp(rows, tile.Rows);
        using Scratch<T> packed = Scratch.Rent<T>((nint)padded * partDepth);
        using Scratch<nint> tables = Scratch.Rent<nint>(2 * padded);
        T** inputs = (T**)tables.Pointer;
        T** outputs = inputs + padded;
        T* source = pixels + (cell * pixelSlice) + firstRow;
        Segment whole = default;
        TileCall<T> call = new() { Segments = &whole, SegmentCount = 1, Step = tile.Rows, PanelStep = gradientRow, ColumnCount = tile.Columns };
        for (int depth = 0; depth < tiles; depth += partDepth)
        {
            call.Depth = Math.Min(partDepth, tiles - depth);
            call.Adds = firstTile + depth > 0;
            for (int i = 0; i < padded; i++)
            {
                int row = Math.Min(i, rows - 1);
                inputs[i] = packed.Pointer + (row / tile.Rows * tile.Rows * (nint)call.Depth) + (row % tile.Rows);
                outputs[i] = sums + (cell * sumSlice) + ((firstRow + row) * gradientRow);
            }
            for (int row = 0; row < rows; row += tile.Rows)
            {
                Packing.Rows(source + (depth * pixelRow) + row, 1, pixelRow, call.Depth, Math.Min(tile.Rows, rows - row),
                    packed.Pointer + ((nint)row * call.Depth), tile.Rows);
            }
            for (int panel = 0; panel < panelCount; panel++)
            {
                call.Column = (nint)panel * tile.Columns;
                call.Panel = gradients + (cell * gradientSlice) + (depth * gradientRow) + call.Column;
                for (int row = 0; row < rows; row += tile.Rows)
                {
                    call.Rows = inputs + row;
                    call.Outputs = outputs + row;
                    call.RowCount = Math.Min(tile.Rows, rows - row);
                    tile.Multiply(&call);
                }
            }
        }
    }

    private static void TransformBack(void* state, int input) => ((WinogradGradient<T>*)state)->TransformBack(input);

    private readonly void TransformBack(int input)
    {
        WinogradCall<T> call = new()
        {
            Slices = sums + (input * gradientRow),
            SliceStride = sumSlice,
            Channels = patch.GroupOutputs,
            Weights = patch.Result + ((nint)input * patch.GroupOutputs),
            TapStride = (nint)patch.GroupInputs * patch.GroupOutputs,
        };
        Simd.Dispatch<WinogradWeightGradients<T>, T, WinogradCall<T>>(ref call);
    }
}
