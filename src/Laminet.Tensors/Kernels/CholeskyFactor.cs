using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>A = L Lᵀ, in place: a block of columns, then the product of what it gives off the rest (Golub and Van Loan, 4.2.6). Reads and writes the lower triangle.</summary>
internal static unsafe class CholeskyFactor
{
    private const int Block = 64, Strip = 128;

    /// <summary>0, or the order of the first leading minor that is not positive. The upper triangle becomes 0.</summary>
    public static int Run<T>(T* a, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scratch<T> memory = Scratch.Rent<T>(n > Block ? (nint)Block * n : 0);
        T* panel = memory.Pointer;
        for (int first = 0; first < n; first += Block)
        {
            int size = Math.Min(Block, n - first), rest = n - first - size;
            T* square = a + ((nint)first * n) + first;
            if (Small(square, n, size) is > 0 and var minor)
                return first + minor;
            if (rest > 0)
                Update(square, n, size, rest, panel);
        }

        for (int row = 0; row < n; row++)
            Lines.Clear(a + ((nint)row * n) + row + 1, n - row - 1);
        return 0;
    }

    private static int Small<T>(T* a, int stride, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = 0; j < n; j++)
        {
            T* row = a + ((nint)j * stride);
            for (int i = 0; i < j; i++)
            {
                T* other = a + ((nint)i * stride);
                row[i] = (row[i] - Lines.Dot(row, other, i)) / other[i];
            }

            T pivot = row[j] - Lines.Dot(row, row, j);
            if (!(pivot > T.Zero))
                return j + 1;
            row[j] = T.Sqrt(pivot);
        }

        return 0;
    }

    // The rows below the square: first their part of L, for columns that are rows of the transposed panel; then what it takes off the rest's lower triangle.
    private static void Update<T>(T* square, int stride, int size, int rest, T* panel) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T* below = square + ((nint)size * stride), corner = below + size;
        Transposing.Copy(below, stride, rest, size, panel, rest);
        new TriangularSteps<T> { L = square, RowStride = stride, ColumnStride = 1, Order = size, X = panel, Stride = rest, Columns = rest }.Run();
        Transposing.Copy(panel, rest, size, rest, below, stride);
        Lines.Negate(panel, panel, size * rest);
        for (int column = 0; column < rest; column += Strip)
        {
            T* target = corner + ((nint)column * stride) + column;
            MatrixMultiply.Run(
                below + ((nint)column * stride), stride, 1, panel + column, rest, 1, target, stride, rest - column, Math.Min(Strip, rest - column), size, new Epilogue<T> { Addend = target });
        }
    }
}
