using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A product of few rows, where B is what takes time to read: a convolution on a small map, a dense layer on a small batch. Tasks share
/// the columns; each packs a piece of B, and multiplies all rows with it while it is in the cache.
/// </summary>
internal unsafe struct FewRowsProduct<T>(MatrixProduct<T> product, Tile<T> tile) where T : unmanaged, INumber<T>
{
    /// <summary>How many rows are few.</summary>
    public const int MaxRows = 256;

    private const int PanelsPacked = 2;

    private readonly MatrixProduct<T> product = product;
    private readonly Tile<T> tile = tile;
    private T* packedRows;
    private int paddedRows, panelCount, panelsPerTask, blockDepth;

    /// <summary>Whether it is the rows that are few, and the columns enough to share.</summary>
    public static bool Suits(int rows, int columns, Tile<T> tile) =>
        rows <= MaxRows && Rounding.DivideUp(columns, tile.Columns) >= 2 * Workers.Count;

    public void Run()
    {
        panelCount = Rounding.DivideUp(product.N, tile.Columns);
        panelsPerTask = Rounding.DivideUp(panelCount, Math.Min(4 * Workers.Count, Rounding.DivideUp(panelCount, PanelsPacked)));
        paddedRows = Rounding.RoundUp(product.M, tile.Rows);
        blockDepth = Rounding.DivideUp(product.K, Math.Max(1, Rounding.DivideUp(product.K, Packing.MaxDepth<T>(tile.Columns))));
        using Scratch<T> memory = Scratch.Rent<T>((nint)paddedRows * product.K);
        packedRows = memory.Pointer;
        void* state = Unsafe.AsPointer(ref this);
        Workers.For(paddedRows / tile.Rows, state, &PackRows);
        Workers.For(Rounding.DivideUp(panelCount, panelsPerTask), state, &Multiply);
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
        int first = task * panelsPerTask, end = Math.Min(panelCount, first + panelsPerTask);
        using Scratch<T> panels = Scratch.Rent<T>(product.IsPacked ? 0 : (nint)PanelsPacked * blockDepth * tile.Columns);
        using Scratch<nint> tables = Scratch.Rent<nint>(paddedRows + tile.Rows);
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
                MultiplyPiece(panel, endPanel, depth, panels.Pointer, outputs, outputs + paddedRows);
            }
        }
    }

    private readonly void MultiplyPiece(int firstPanel, int endPanel, int firstDepth, T* panels, T** outputs, T** rows)
    {
        Segment whole = default;
        int depth = Depth(firstDepth);
        TileCall<T> call = new()
        {
            Segments = &whole,
            SegmentCount = 1,
            Depth = depth,
            Step = tile.Rows,
            PanelStep = tile.Columns,
            Rows = rows,
        };
        call.Finish(product.Epilogue, product.C, firstDepth == 0, firstDepth + depth == product.K);
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            call.Panel = product.IsPacked
                ? product.B + ((((nint)panel * product.K) + firstDepth) * tile.Columns)
                : panels + ((nint)(panel - firstPanel) * depth * tile.Columns);
            call.Column = panel * tile.Columns;
            call.ColumnCount = Math.Min(tile.Columns, product.N - (panel * tile.Columns));
            for (int row = 0; row < product.M; row += tile.Rows)
            {
                for (int i = 0; i < tile.Rows; i++)
                    rows[i] = Rows(row, firstDepth) + i;
                call.Outputs = outputs + row;
                call.RowCount = Math.Min(tile.Rows, product.M - row);
                tile.Multiply(&call);
            }
        }
    }

    private readonly void Pack(int firstPanel, int endPanel, int firstDepth, T* target) => Packing.Panels(
        product.B + (firstDepth * product.BRowStride) + (firstPanel * (nint)tile.Columns * product.BColumnStride), product.BRowStride, product.BColumnStride,
        Depth(firstDepth), Math.Min((endPanel - firstPanel) * tile.Columns, product.N - (firstPanel * tile.Columns)), target, tile.Columns);
}
