using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// <see cref="WinogradProduct{T}"/> for small maps of many channels, where the weights are what is large: four times as large when they
/// are transformed. Tasks share the panels of columns; each transforms a piece of its weights into the second-level cache and multiplies
/// all tiles with it there, so transformed weights never reach memory.
/// </summary>
internal unsafe struct WinogradPanels<T>(PatchProduct<T> patch) where T : unmanaged, INumber<T>
{
    private const int Cells = WinogradGrid<T>.Cells;

    // Transformed, their weights fill half a second-level cache.
    private const int MostInputs = 128;

    // Fewer tiles do not repay the transform of the weights, fewer channels not the start of the tasks. So many at a time stay in the caches;
    // of more it is better to share the tiles than the panels, unless the weights take that much memory.
    private const int LeastTiles = 9, TilesAtATime = 64;
    private const int LeastChannels = 48;

    // Up to so many bytes the weights stay in the caches between the blocks of tiles that read them; from so many on they are transformed
    // for two blocks of tiles rather than once into memory.
    private const int FewWeightBytes = 3 * 1024 * 1024, ManyWeightBytes = 16 * 1024 * 1024;

    private readonly PatchProduct<T> patch = patch;
    private readonly WinogradGrid<T> grid = new(patch.Grid);
    private Tile<T> tile;
    private T* pixels;
    private nint pixelRow, pixelSlice;
    private int firstTile, tiles;

    /// <summary>Whether a convolution of so many channels to so many is fastest in this way.</summary>
    public static bool Suits(in PatchGrid<T> grid, int groups, int inputs, int outputs)
    {
        if (!grid.IsThreeByThree || groups != 1 || Math.Min(inputs, outputs) < LeastChannels)
            return false;
        int tiles = new WinogradGrid<T>(grid).Count;
        long pixels = (long)grid.Batch * grid.Rows * grid.Columns, weightBytes = (long)Cells * inputs * outputs * sizeof(T);
        // Four multiplications a result and channel in tiles, nine patch by patch; rows that fill up a register tile count as well.
        return tiles >= LeastTiles && tiles <= (weightBytes >= ManyWeightBytes ? 2 : 1) * TilesAtATime
            && 10L * Rounding.RoundUp(tiles, Tile<T>.For(outputs).OfRows(tiles).Rows) <= pixels
            && !(weightBytes <= FewWeightBytes && WinogradGrid<T>.Suits(grid, groups, inputs, outputs));
    }

    public void Run()
    {
        int tilesAtATime = Rounding.DivideUp(grid.Count, Rounding.DivideUp(grid.Count, TilesAtATime));
        tile = Tile<T>.For(patch.GroupOutputs).OfRows(tilesAtATime);
        int block = Rounding.RoundUp(tilesAtATime, tile.Rows);
        pixelRow = WinogradGrid<T>.Apart(patch.GroupInputs);
        pixelSlice = WinogradGrid<T>.Apart(block * pixelRow);
        using Scratch<T> transformed = Scratch.Rent<T>(Cells * pixelSlice);
        pixels = transformed.Pointer;
        void* state = Unsafe.AsPointer(ref this);
        for (firstTile = 0; firstTile < grid.Count; firstTile += block)
        {
            tiles = Math.Min(block, grid.Count - firstTile);
            Workers.For(tiles, state, &TransformTile);
            Workers.For(Rounding.DivideUp(patch.GroupOutputs, tile.Columns), state, &MultiplyPanel);
        }
    }

    private static void TransformTile(void* state, int task)
    {
        WinogradPanels<T>* product = (WinogradPanels<T>*)state;
        product->grid.TransformPixels(product->firstTile + task, 1, product->pixels + (task * product->pixelRow), product->pixelRow, product->pixelSlice);
    }

    private static void MultiplyPanel(void* state, int task) => ((WinogradPanels<T>*)state)->MultiplyPanel(task);

    private readonly void MultiplyPanel(int panel)
    {
        int column = panel * tile.Columns, padded = Rounding.RoundUp(tiles, tile.Rows);
        nint weightSlice = WinogradGrid<T>.Apart((nint)Math.Min(MostInputs, patch.GroupInputs) * tile.Columns);
        nint sumRow = tile.Columns, sumSlice = WinogradGrid<T>.Apart(padded * sumRow);
        using Scratch<T> weights = Scratch.Rent<T>(Cells * weightSlice);
        using Scratch<T> sums = Scratch.Rent<T>(Cells * sumSlice);
        using Scratch<nint> tables = Scratch.Rent<nint>(2 * padded);
        T** rows = (T**)tables.Pointer;
        for (int i = 0; i < padded; i++)
        {
            rows[i] = pixels + (Math.Min(i, tiles - 1) * pixelRow);
            rows[padded + i] = sums.Pointer + (i * sumRow);
        }

        int parts = Rounding.DivideUp(patch.GroupInputs, MostInputs);
        int inputs = Rounding.DivideUp(patch.GroupInputs, parts);
        for (int input = 0; input < patch.GroupInputs; input += inputs)
        {
            int depth = Math.Min(inputs, patch.GroupInputs - input);
            WinogradSteps<T>.TransformWeights(patch, tile, column, input, depth, weights.Pointer, weightSlice);
            MultiplyCells(rows, padded, input, depth, weights.Pointer, weightSlice, sumSlice);
        }

        WinogradSteps<T>.TransformResults(
            patch, grid, firstTile, tiles, column, Math.Min(tile.Columns, patch.GroupOutputs - column), sums.Pointer, sumRow, sumSlice);
    }

    /// <summary>sums[cell] += pixels[cell]·weights[cell], over some of the inputs.</summary>
    private readonly void MultiplyCells(T** rows, int count, int input, int depth, T* weights, nint weightSlice, nint sumSlice)
    {
        Segment segment;
        TileCall<T> call = new()
        {
            Segments = &segment,
            SegmentCount = 1,
            Depth = depth,
            Step = 1,
            PanelStep = tile.Columns,
            RowCount = tile.Rows,
            ColumnCount = tile.Columns,
            Adds = input > 0,
        };
        for (int cell = 0; cell < Cells; cell++)
        {
            segment = new Segment((cell * pixelSlice) + input, 0);
            call.Panel = weights + (cell * weightSlice);
            call.Column = cell * sumSlice;
            for (int row = 0; row < count; row += tile.Rows)
            {
                call.Rows = rows + row;
                call.Outputs = rows + count + row;
                tile.Multiply(&call);
            }
        }
    }
}
