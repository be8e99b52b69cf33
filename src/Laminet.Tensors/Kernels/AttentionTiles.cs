using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>The right factor of small products, in panels of a tile's width.</summary>
internal readonly unsafe struct PackedFactor<T>(Tile<T> tile, T* panels, int depth, int columns) where T : unmanaged, INumber<T>
{
    public readonly Tile<T> Tile = tile;
    public readonly T* Panels = panels;
    public readonly int Depth = depth, Columns = columns;

    /// <summary>The columns, rounded up to whole panels.</summary>
    public int PaddedColumns => Rounding.RoundUp(Columns, Tile.Columns);

    /// <summary>How many elements panels take.</summary>
    public static nint Length(Tile<T> tile, int depth, int columns) => (nint)Rounding.RoundUp(columns, tile.Columns) * depth;

    public static PackedFactor<T> Of(Tile<T> tile, T* source, nint rowStride, nint columnStride, int depth, int columns, T* panels)
    {
        Packing.Panels(source, rowStride, columnStride, depth, columns, panels, tile.Columns);
        return new(tile, panels, depth, columns);
    }

    /// <summary>
    /// c[m, n] = a[m, k] times the factor, or added to c, for the first <paramref name="depth"/> rows and <paramref name="columns"/> columns of it.
    /// </summary>
    /// <param name="a">The left factor, of any strides.</param>
    /// <param name="rowStride">From row to row of it.</param>
    /// <param name="step">From column to column of it.</param>
    /// <param name="rows">m.</param>
    /// <param name="depth">k.</param>
    /// <param name="columns">n; whole panels where the results' rows have room for them.</param>
    /// <param name="c">The result.</param>
    /// <param name="resultStride">From row to row of it.</param>
    /// <param name="adds">Whether the product is added to what is there.</param>
    [SkipLocalsInit]
    public void Multiply(T* a, nint rowStride, nint step, int rows, int depth, int columns, T* c, nint resultStride, bool adds = false)
    {
        T** inputs = stackalloc T*[Tile.Rows], outputs = stackalloc T*[Tile.Rows];
        Segment whole = default;
        TileCall<T> call = new()
        {
            Rows = inputs,
            Outputs = outputs,
            Segments = &whole,
            SegmentCount = 1,
            Depth = depth,
            Step = step,
            PanelStep = Tile.Columns,
            Adds = adds,
        };
        for (int next = 0; next < rows; next += Tile.Rows)
        {
            // A whole tile at the end, of which some rows are computed again, is written faster than a part of one. What is added to must be met once.
            int row = adds || rows < Tile.Rows ? next : Math.Min(next, rows - Tile.Rows);
            call.RowCount = Math.Min(Tile.Rows, rows - row);
            for (int i = 0; i < Tile.Rows; i++)
            {
                int place = row + Math.Min(i, call.RowCount - 1);
                inputs[i] = a + (place * rowStride);
                outputs[i] = c + (place * resultStride);
            }

            for (int column = 0; column < columns; column += Tile.Columns)
            {
                call.Column = column;
                call.ColumnCount = Math.Min(Tile.Columns, columns - column);
                call.Panel = Panels + ((nint)column * Depth);
                Tile.Multiply(&call);
            }
        }
    }
}
