using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The product of the rows of a task with the recurrent weights, the same in every step: the weights lie in panels, made once, and so do the tables of
/// where rows begin.
/// </summary>
internal readonly unsafe ref struct RecurrenceProduct<T> where T : unmanaged, INumber<T>
{
    private readonly Tile<T> tile;
    private readonly T* panels;
    private readonly int depth, columns, rows;
    private readonly Scratch<nint> tables;

    /// <param name="panels">The weights as <see cref="Pack"/> put them.</param>
    /// <param name="depth">How many rows the weights have.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="rows">How many rows are multiplied.</param>
    /// <param name="rowsPerTask">How many a whole task has, which the panels are made for.</param>
    public RecurrenceProduct(T* panels, int depth, int columns, int rows, int rowsPerTask)
    {
        this.panels = panels;
        (this.depth, this.columns, this.rows) = (depth, columns, rows);
        tile = Tile<T>.For(rowsPerTask, columns);
        tables = Scratch.Rent<nint>(2 * Rounding.RoundUp(rows, tile.Rows));
    }

    /// <summary>How many numbers the panels take.</summary>
    public static nint PackedLength(int depth, int columns, int rowsPerTask) => (nint)Rounding.RoundUp(columns, Tile<T>.For(rowsPerTask, columns).Columns) * depth;

    /// <summary>Puts weights into panels.</summary>
    public static void Pack(T* weights, nint rowStride, nint columnStride, int depth, int columns, int rowsPerTask, T* panels) =>
        Packing.Panels(weights, rowStride, columnStride, depth, columns, panels, Tile<T>.For(rowsPerTask, columns).Columns);

    public void Dispose() => tables.Dispose();

    /// <summary>results = inputs weights (+ bias), or added to what is there.</summary>
    public void Run(T* inputs, nint inputStride, T* results, nint resultStride, T* bias, bool adds)
    {
        int padded = Rounding.RoundUp(rows, tile.Rows);
        T** from = (T**)tables.Pointer, to = from + padded;
        for (int i = 0; i < padded; i++)
        {
            int row = Math.Min(i, rows - 1);
            from[i] = inputs + (row * inputStride);
            to[i] = results + (row * resultStride);
        }

        Segment whole = default;
        TileCall<T> call = new()
        {
            Segments = &whole,
            SegmentCount = 1,
            Depth = depth,
            Step = 1,
            PanelStep = tile.Columns,
            Adds = adds,
            Bias = bias,
        };
        for (int column = 0; column < columns; column += tile.Columns)
        {
            call.Panel = panels + ((nint)column * depth);
            call.Column = column;
            call.ColumnCount = Math.Min(tile.Columns, columns - column);
            for (int row = 0; row < rows; row += tile.Rows)
            {
                call.Rows = from + row;
                call.Outputs = to + row;
                call.RowCount = Math.Min(tile.Rows, rows - row);
                tile.Multiply(&call);
            }
        }
    }
}
