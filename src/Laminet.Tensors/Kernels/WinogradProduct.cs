using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A 3 x 3 convolution of stride 1 with a quarter of the multiplications: F(4 x 4, 3 x 3) of Lavin and Gray, "Fast Algorithms for
/// Convolutional Neural Networks" (2016). Patches of 6 x 6 pixels and the weights are transformed, multiplied cell by cell,
/// which over all channels is 36 matrix products, and 4 x 4 results transformed back.
/// </summary>
/// <remarks>
/// In float the result differs from the plain sum by some 1e-6 of the largest result; a NaN or an infinity reaches the
/// 4 x 4 results of its patch. Each result depends on its patch alone, so blocks may be cut as threads need them.
/// </remarks>
internal unsafe struct WinogradProduct<T>(PatchProduct<T> patch) where T : unmanaged, INumber<T>
{
    private const int Cells = WinogradGrid<T>.Cells;
    private const int PackedInputs = 64;

    private readonly PatchProduct<T> patch = patch;
    private readonly WinogradGrid<T> grid = new(patch.Grid);
    private Tile<T> tile;
    private T* weights;
    private nint weightSlice;
    private int panelCount, inputChunks;
    private int tilesPerBlock;

    public void Run()
    {
        tile = Tile<T>.For(patch.GroupOutputs);
        panelCount = Rounding.DivideUp(patch.GroupOutputs, tile.Columns);
        inputChunks = Rounding.DivideUp(patch.GroupInputs, PackedInputs);
        // Both transforms of a block should stay in the L2 cache, but all weights are read for every block.
        int limit = (patch.GroupInputs + patch.GroupOutputs <= 160 ? 24 : 48) / tile.Rows * tile.Rows;
        int blocks = Rounding.RoundUp(Rounding.DivideUp(grid.Count, limit), Workers.Count);
        tilesPerBlock = Math.Min(limit, Rounding.RoundUp(Rounding.DivideUp(grid.Count, blocks), tile.Rows));

        weightSlice = WinogradGrid<T>.Apart((nint)panelCount * patch.GroupInputs * tile.Columns);
        using Scratch<T> transformed = Scratch.Rent<T>(Cells * weightSlice);
        weights = transformed.Pointer;
        void* state = Unsafe.AsPointer(ref this);
        Workers.For(panelCount * inputChunks, state, &TransformWeights);
        Workers.For(Rounding.DivideUp(grid.Count, tilesPerBlock), state, &MultiplyBlock);
    }

    private static void TransformWeights(void* state, int task) => ((WinogradProduct<T>*)state)->TransformWeights(task);

    private readonly void TransformWeights(int task)
    {
        int column = task / inputChunks * tile.Columns, input = task % inputChunks * PackedInputs;
        WinogradSteps<T>.TransformWeights(
            patch, tile, column, input, Math.Min(PackedInputs, patch.GroupInputs - input),
            weights + ((nint)column * patch.GroupInputs) + ((nint)input * tile.Columns), weightSlice);
    }

    private static void MultiplyBlock(void* state, int task) => ((WinogradProduct<T>*)state)->MultiplyBlock(task);

    private readonly void MultiplyBlock(int task)
    {
        int first = task * tilesPerBlock, count = Math.Min(tilesPerBlock, grid.Count - first);
        int padded = Rounding.RoundUp(count, tile.Rows);
        nint inputRow = WinogradGrid<T>.Apart(patch.GroupInputs), outputRow = WinogradGrid<T>.Apart(panelCount * tile.Columns);
        nint inputSlice = WinogradGrid<T>.Apart(padded * inputRow), outputSlice = WinogradGrid<T>.Apart(padded * outputRow);
        using Scratch<T> inputs = Scratch.Rent<T>(Cells * inputSlice);
        using Scratch<T> outputs = Scratch.Rent<T>(Cells * outputSlice);

        grid.TransformPixels(first, count, inputs.Pointer, inputRow, inputSlice);
        using Scratch<nint> tables = Scratch.Rent<nint>(2 * padded);
        T** rows = (T**)tables.Pointer;
        for (int i = 0; i < padded; i++)
        {
            rows[i] = inputs.Pointer + (Math.Min(i, count - 1) * inputRow);
            rows[padded + i] = outputs.Pointer + (i * outputRow);
        }
        MultiplyCells(rows, padded, inputSlice, outputSlice);
        WinogradSteps<T>.TransformResults(patch, grid, first, count, 0, patch.GroupOutputs, outputs.Pointer, outputRow, outputSlice);
    }

    /// <summary>outputs[cell] = inputs[cell]·weights[cell].</summary>
    private readonly void MultiplyCells(T** rows, int count, nint inputSlice, nint outputSlice)
    {
        int parts = Rounding.DivideUp(patch.GroupInputs, Packing.MaxDepth<T>(tile.Columns));
        int partDepth = Rounding.DivideUp(patch.GroupInputs, parts);
        Segment segment;
        TileCall<T> call = new()
        {
            Segments = &segment,
            SegmentCount = 1,
            Step = 1,
            PanelStep = tile.Columns,
            RowCount = tile.Rows,
            ColumnCount = tile.Columns,
        };
        for (int cell = 0; cell < Cells; cell++)
        {
            for (int depth = 0; depth < patch.GroupInputs; depth += partDepth)
            {
                segment = new Segment((cell * inputSlice) + depth, (nint)depth * tile.Columns);
                call.Depth = Math.Min(partDepth, patch.GroupInputs - depth);
                call.Adds = depth > 0;
                for (int panel = 0; panel < panelCount; panel++)
                {
                    call.Panel = weights + (cell * weightSlice) + ((nint)panel * patch.GroupInputs * tile.Columns);
                    call.Column = (cell * outputSlice) + ((nint)panel * tile.Columns);
                    for (int row = 0; row < count; row += tile.Rows)
                    {
                        call.Rows = rows + row;
                        call.Outputs = rows + count + row;
                        tile.Multiply(&call);
                    }
                }
            }
        }
    }
}
