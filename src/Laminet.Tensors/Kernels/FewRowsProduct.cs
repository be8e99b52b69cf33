using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A product of few rows, where B is what takes time to read: a convolution on a small map, a dense layer on a small batch. Tasks share
/// the columns; each packs a piece of B, and multiplies all rows with it while it is in the cache. Where B lies in panels already, tasks may share the rows too.
/// </summary>
internal unsafe struct FewRowsProduct<T>(MatrixProduct<T> product, Tile<T> tile, Tile<T> lastTile) where T : unmanaged, INumber<T>
{
    /// <summary>How many rows are few.</summary>
    public const int MaxRows = 256;

    private const int PanelsPacked = 2;

    /// <summary>Tasks for each thread, so that none waits long for the last.</summary>
    private const int TasksPerThread = 8;

    private readonly MatrixProduct<T> product = product;
    private readonly Tile<T> tile = tile.OfRows(product.M), lastTile = lastTile.OfRows(product.M);
    // Rows that lie a page apart would fall into one set of the caches.
    private readonly bool packsRows = product.AColumnStride != 1 || product.N > MatrixProduct<T>.PanelsOfPackedRows * tile.Columns
        || product.ARowStride * sizeof(T) % MatrixProduct<T>.PageBytes == 0;
    private T* packedRows;
    private int paddedRows, panelCount, panelsPerTask, rowsPerTask, rowTasks, blockDepth;

    /// <summary>Whether it is the rows that are few, and the columns enough to share.</summary>
    public static bool Suits(int rows, int columns, Tile<T> tile) =>
        rows <= MaxRows && Rounding.DivideUp(columns, tile.Columns) >= 2 * Workers.Count;

    public void Run()
    {
        panelCount = Rounding.DivideUp(product.N, tile.Columns);
        paddedRows = Rounding.RoundUp(product.M, tile.Rows);
        int wanted = TasksPerThread * Workers.Count, tiles = paddedRows / tile.Rows;
        // Panels that each task packs for itself would be packed as often as rows are shared.
        panelsPerTask = product.IsPacked
            ? Math.Max(1, panelCount / wanted)
            : Rounding.DivideUp(panelCount, Math.Min(wanted / 2, Rounding.DivideUp(panelCount, PanelsPacked)));
        int panelTasks = Rounding.DivideUp(panelCount, panelsPerTask);
        rowsPerTask = product.IsPacked ? Rounding.DivideUp(tiles, Math.Clamp(wanted / panelTasks, 1, tiles)) * tile.Rows : paddedRows;
        rowTasks = Rounding.DivideUp(paddedRows, rowsPerTask);
        blockDepth = Rounding.DivideUp(product.K, Math.Max(1, Rounding.DivideUp(product.K, Packing.MaxDepth<T>(tile.Columns))));
        using Scratch<T> memory = Scratch.Rent<T>(packsRows ? (nint)paddedRows * product.K : 0);
        packedRows = memory.Pointer;
        void* state = Unsafe.AsPointer(ref this);
        if (packsRows)
            Workers.For(paddedRows / tile.Rows, state, &PackRows);
        Workers.For(panelTasks * rowTasks, state, &Multiply);
    }

    private readonly int Depth(int firstDepth) => Math.Min(blockDepth, product.K - firstDepth);

    /// <summary>The rows of one block of the reduction follow those of the block before.</summary>
    private readonly T* Rows(int row, int firstDepth) => packedRows + ((nint)paddedRows * firstDepth) + ((nint)row * Depth(firstDepth));

    private static void PackRows(void* state, int task)
    {
        FewRowsProduct<T>* few = (FewRowsProduct<T>*)state;
        ref readonly MatrixProduct<T> product = ref few->product;
        int row = task * few->tile.Rows;
        for (int depth = 0; depth < product.K; depth += few->blockDepth)
        {
            Packing.Rows(product.A + (row * product.ARowStride) + (depth * product.AColumnStride), product.ARowStride, product.AColumnStride,
                few->Depth(depth), Math.Min(few->tile.Rows, product.M - row), few->Rows(row, depth), few->tile.Rows);
        }
    }

    private static void Multiply(void* state, int task) => ((FewRowsProduct<T>*)state)->Multiply(task);

    private readonly void Multiply(int task)
    {
        int first = task / rowTasks * panelsPerTask, end = Math.Min(panelCount, first + panelsPerTask);
        int firstRow = task % rowTasks * rowsPerTask;
        using Scratch<T> panels = Scratch.Rent<T>(product.IsPacked ? 0 : (nint)PanelsPacked * blockDepth * tile.Columns);
        using Scratch<nint> tables = Scratch.Rent<nint>(paddedRows + Math.Max(tile.Rows, lastTile.Rows));
        T** outputs = (T**)tables.Pointer;
        for (int i = 0; i < paddedRows; i++)
            outputs[i] = product.C + (Math.Min(i, product.M - 1) * product.CRowStride);
        for (int panel = first; panel < end; panel += PanelsPacked)
        {
            int endPanel = Math.Min(end, panel + PanelsPacked);
            for (int depth = 0; depth < product.K; depth += blockDepth)
            {
                if (!product.IsPacked)
                    Pack(panel, endPanel, depth, panels.Pointer);
                MultiplyPiece(firstRow, panel, endPanel, depth, panels.Pointer, outputs, outputs + paddedRows);
            }
        }
    }

    private readonly void MultiplyPiece(int firstRow, int firstPanel, int endPanel, int firstDepth, T* panels, T** outputs, T** rows)
    {
        Segment whole = default;
        int depth = Depth(firstDepth);
        TileCall<T> call = new()
        {
            Segments = &whole,
            SegmentCount = 1,
            Depth = depth,
            Step = packsRows ? tile.Rows : product.AColumnStride,
            Rows = rows,
        };
        call.Finish(product.Epilogue, product.C, firstDepth == 0, firstDepth + depth == product.K);
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            int columns = product.N - (panel * tile.Columns);
            Tile<T> own = columns < tile.Columns ? lastTile : tile;
            call.Panel = product.IsPacked
                ? product.B + ((nint)panel * product.K * tile.Columns) + ((nint)firstDepth * own.Columns)
                : panels + ((nint)(panel - firstPanel) * depth * tile.Columns);
            call.PanelStep = own.Columns;
            call.Column = panel * tile.Columns;
            call.ColumnCount = Math.Min(own.Columns, columns);
            int endRow = Math.Min(product.M, firstRow + rowsPerTask);
            for (int row = firstRow; row < endRow; row += own.Rows)
            {
                for (int i = 0; i < own.Rows; i++)
                {
                    int place = Math.Min(row + i, product.M - 1);
                    rows[i] = packsRows
                        ? Rows(place / tile.Rows * tile.Rows, firstDepth) + (place % tile.Rows)
                        : product.A + (place * product.ARowStride) + (firstDepth * product.AColumnStride);
                }

                call.Outputs = outputs + row;
                call.RowCount = Math.Min(own.Rows, endRow - row);
                own.Multiply(&call);
                if (call.Swish)
                    Swish.Rows(call.Outputs, call.RowCount, call.Column, call.ColumnCount);
            }
        }
    }

    private readonly void Pack(int firstPanel, int endPanel, int firstDepth, T* target) => Packing.Panels(
        product.B + (firstDepth * product.BRowStride) + (firstPanel * (nint)tile.Columns * product.BColumnStride), product.BRowStride, product.BColumnStride,
        Depth(firstDepth), Math.Min((endPanel - firstPanel) * tile.Columns, product.N - (firstPanel * tile.Columns)), target, tile.Columns, lastTile.Columns);
}
