using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>P A = L U with the largest pivot of each column, in place (Golub and Van Loan, 3.4). A panel of columns is worked on transposed, so that columns are vectors.</summary>
internal static unsafe class LowerUpper
{
    private const int Block = 32;

    /// <summary>L below the diagonal, whose own is 1, and U; row i was exchanged with row pivots[i], one after the other.</summary>
    public static void Factor<T>(T* a, int m, int n, int* pivots) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scratch<T> memory = Scratch.Rent<T>((nint)Block * m);
        T* panel = memory.Pointer;
        for (int first = 0; first < Math.Min(m, n); first += Block)
        {
            int size = Math.Min(Block, Math.Min(m, n) - first), rows = m - first, right = n - first - size;
            T* corner = a + ((nint)first * n) + first;
            Transposing.Copy(corner, n, rows, size, panel, rows);
            Panel(panel, rows, size, pivots + first);
            Transposing.Copy(panel, rows, size, rows, corner, n);
            for (int i = 0; i < size; i++)
            {
                int other = pivots[first + i];
                pivots[first + i] = first + other;
                if (other == i)
                    continue;
                T* row = corner + ((nint)i * n), exchanged = corner + ((nint)other * n);
                Lines.Swap(row - first, exchanged - first, first);
                Lines.Swap(row + size, exchanged + size, right);
            }

            if (right == 0)
                continue;
            new TriangularSteps<T> { L = corner, RowStride = n, ColumnStride = 1, Order = size, X = corner + size, Stride = n, Columns = right, HasUnitDiagonal = true }.Run();
            if (rows == size)
                continue;
            Lines.Negate(panel, panel, size * rows);
            T* rest = corner + ((nint)size * n) + size;
            MatrixMultiply.Run(panel + size, 1, rows, corner + size, n, 1, rest, n, rows - size, right, size, new Epilogue<T> { Addend = rest });
        }
    }

    /// <summary>The rows of x in the order of the exchanges.</summary>
    public static void Exchange<T>(int* pivots, int count, T* x, int columns) where T : unmanaged
    {
        for (int i = 0; i < count; i++)
        {
            if (pivots[i] != i)
                Lines.Swap(x + ((nint)i * columns), x + ((nint)pivots[i] * columns), columns);
        }
    }

    private static void Panel<T>(T* panel, int rows, int size, int* pivots) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = 0; j < size; j++)
        {
            T* column = panel + ((nint)j * rows);
            int pivot = j + Lines.PlaceOfLargest(column + j, rows - j);
            pivots[j] = pivot;
            if (column[pivot] == T.Zero)
                continue;
            if (pivot != j)
            {
                for (int i = 0; i < size; i++)
                    (panel[((nint)i * rows) + j], panel[((nint)i * rows) + pivot]) = (panel[((nint)i * rows) + pivot], panel[((nint)i * rows) + j]);
            }

            Lines.Divide(column + j + 1, column[j], rows - j - 1);
            for (int i = j + 1; i < size; i++)
            {
                T* other = panel + ((nint)i * rows);
                Lines.AddScaled(other + j + 1, -other[j], column + j + 1, rows - j - 1);
            }
        }
    }
}
