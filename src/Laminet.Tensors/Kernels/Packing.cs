using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Laminet.Tensors.Kernels;

/// <summary>Copies of operands in the order in which a tile reads them.</summary>
internal static unsafe class Packing
{
    private const int RowsTogether = 8;

    /// <summary>How many steps of a reduction a panel spans at most: a panel then leaves room for the rows in a 32 KiB L1 cache.</summary>
    public static int MaxDepth<T>(int columns) where T : unmanaged => Math.Max(16, 24 * 1024 / (columns * sizeof(T)));

    /// <summary>
    /// Panels of neighbouring columns, one after the other; a few rows of all of them at a time, so that long pieces of each contiguous
    /// row are read in one go. The last panel, if it is not whole, may have fewer columns.
    /// </summary>
    public static void Panels<T>(T* source, nint rowStride, nint columnStride, int depth, int columns, T* panels, int panelColumns, int lastColumns = 0)
        where T : unmanaged, INumber<T>
    {
        int rows = columnStride == 1 ? RowsTogether : Math.Max(1, depth);
        for (int first = 0; first < depth; first += rows)
        {
            for (int column = 0; column < columns; column += panelColumns)
            {
                int own = columns - column < panelColumns && lastColumns > 0 ? lastColumns : panelColumns;
                Panel(source + (first * rowStride) + (column * columnStride), rowStride, columnStride, Math.Min(rows, depth - first),
                    Math.Min(own, columns - column), panels + ((nint)column * depth) + ((nint)first * own), own);
            }
        }
    }

    /// <summary>panel[d, j] = source[d, j]; columns past <paramref name="columns"/> are zero, and are never written to a result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel<T>(T* source, nint rowStride, nint columnStride, int depth, int columns, T* panel, int panelColumns)
        where T : unmanaged, INumber<T>
    {
        if (columns == panelColumns && columnStride == 1)
        {
            CopyRows((byte*)source, rowStride * sizeof(T), depth, panelColumns * sizeof(T), (byte*)panel);
            return;
        }
        if (columns == panelColumns && rowStride == 1)
        {
            Transposing.Copy(source, columnStride, columns, depth, panel, panelColumns);
            return;
        }
        for (int d = 0; d < depth; d++)
        {
            T* row = source + (d * rowStride);
            for (int j = 0; j < columns; j++)
                panel[j] = row[j * columnStride];
            for (int j = columns; j < panelColumns; j++)
                panel[j] = T.Zero;
            panel += panelColumns;
        }
    }

    /// <summary>block[d, i] = source[i, d] for one tile's rows; a step of the reduction then moves by <paramref name="tileRows"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<T>(T* source, nint rowStride, nint columnStride, int depth, int rows, T* block, int tileRows)
        where T : unmanaged, INumber<T>
    {
        if (rows == tileRows && rowStride == 1)
        {
            CopyRows((byte*)source, columnStride * sizeof(T), depth, tileRows * sizeof(T), (byte*)block);
            return;
        }
        if (columnStride == 1)
        {
            Transposing.Copy(source, rowStride, rows, depth, block, tileRows);
            return;
        }
        for (int d = 0; d < depth; d++)
        {
            for (int i = 0; i < rows; i++)
                block[i] = source[(i * rowStride) + (d * columnStride)];
            block += tileRows;
        }
    }

    /// <summary>Short rows of a multiple of 4 bytes, for which a call to copy memory would cost more than the copy.</summary>
    private static void CopyRows(byte* source, nint stride, int rows, int bytes, byte* destination)
    {
        for (int row = 0; row < rows; row++)
        {
            int i = 0;
            for (; i <= bytes - 32; i += 32)
                Vector256.Store(Vector256.Load(source + i), destination + i);
            for (; i <= bytes - 8; i += 8)
                *(long*)(destination + i) = *(long*)(source + i);
            if (i < bytes)
                *(int*)(destination + i) = *(int*)(source + i);
            source += stride;
            destination += bytes;
        }
    }
}
