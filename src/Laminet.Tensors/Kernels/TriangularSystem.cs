using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>T X = B for a triangular T, in place of B: a block of rows at a time, whose solution the matrix product takes off the rows that are left (Golub and Van Loan, 3.1).</summary>
internal readonly unsafe struct TriangularSystem<T> where T : unmanaged, INumber<T>
{
    private const int Block = 64;
    private readonly T* matrix;
    private readonly nint rowStride, columnStride;
    private readonly int order;
    private readonly bool isLower, hasUnitDiagonal;

    /// <param name="matrix">The matrix, of which one triangle is read.</param>
    /// <param name="rowStride">From a row to the next; the matrix is read transposed if the strides are exchanged, and then the other triangle counts.</param>
    /// <param name="columnStride">From a column to the next.</param>
    /// <param name="order">The number of rows.</param>
    /// <param name="isLower">Whether the triangle is the lower one, of the matrix as it is read.</param>
    /// <param name="hasUnitDiagonal">Whether the diagonal is read as ones.</param>
    public TriangularSystem(T* matrix, nint rowStride, nint columnStride, int order, bool isLower, bool hasUnitDiagonal)
    {
        this.matrix = matrix;
        (this.rowStride, this.columnStride) = (rowStride, columnStride);
        (this.order, this.isLower, this.hasUnitDiagonal) = (order, isLower, hasUnitDiagonal);
    }

    /// <summary>Solves for the columns of x, whose rows lie a stride apart.</summary>
    public void Solve(T* x, nint stride, int columns)
    {
        if (order == 0 || columns == 0)
            return;
        // An upper triangle read from its end is a lower one.
        if (isLower)
            Solve(matrix, rowStride, columnStride, x, stride, columns);
        else
            Solve(matrix + ((order - 1) * (rowStride + columnStride)), -rowStride, -columnStride, x + ((order - 1) * stride), -stride, columns);
    }

    private void Solve(T* l, nint rowStep, nint columnStep, T* x, nint stride, int columns)
    {
        using Scratch<T> memory = Scratch.Rent<T>(order > Block ? (nint)Block * columns : 0);
        T* negated = memory.Pointer;
        for (int first = 0; first < order; first += Block)
        {
            int size = Math.Min(Block, order - first), rest = order - first - size;
            T* solved = x + (first * stride);
            new TriangularSteps<T>
            {
                L = l + (first * (rowStep + columnStep)),
                RowStride = rowStep,
                ColumnStride = columnStep,
                Order = size,
                X = solved,
                Stride = stride,
                Columns = columns,
                HasUnitDiagonal = hasUnitDiagonal,
            }.Run();
            if (rest == 0)
                return;
            for (int i = 0; i < size; i++)
                Lines.Negate(solved + (i * stride), negated + ((nint)i * columns), columns);
            T* left = x + ((first + size) * stride);
            MatrixMultiply.Run(
                l + ((first + size) * rowStep) + (first * columnStep), rowStep, columnStep, negated, columns, 1, left, stride, rest, columns, size, new Epilogue<T> { Addend = left });
        }
    }
}
