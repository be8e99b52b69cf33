using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A = U diag(s) Vᵀ by way of a bidiagonal matrix, that of R if A = Q R has many more rows than columns (Chan, "An improved algorithm for computing the singular value decomposition", 1982). A matrix with more
/// columns than rows is worked on transposed. The rows of Uᵀ and Vᵀ are turned, since rows are vectors.
/// </summary>
internal unsafe struct SingularValueDecomposition<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The matrix (Rows, Columns), and the singular values, in descending order.</summary>
    public T* Source, Values;

    /// <summary>U (Rows, p) and Vᵀ (q, Columns), where p and q are the smaller length, or all of them if IsFull; both null if they are not wanted.</summary>
    public T* Left, Right;

    public int Rows, Columns;

    public bool IsFull;

    private int m, n, leftCount;
    private T* leftRows, rightRows;

    /// <summary>False for a number that is not finite, or if the steps do not end.</summary>
    public bool Run()
    {
        bool isWide = Columns > Rows, hasVectors = Left != null;
        (m, n) = isWide ? (Columns, Rows) : (Rows, Columns);
        leftCount = IsFull ? m : n;
        using Scratch<T> vectors = Scratch.Rent<T>(hasVectors ? ((nint)leftCount * m) + ((nint)n * n) : 0);
        using Scratch<T> copy = Scratch.Rent<T>(((nint)m * n) + n);
        leftRows = hasVectors ? vectors.Pointer : null;
        rightRows = hasVectors ? leftRows + ((nint)leftCount * m) : null;
        T* a = copy.Pointer, values = a + ((nint)m * n);
        if (isWide)
            Transposing.Copy(Source, Columns, Rows, Columns, a, n);
        else
            Lines.Copy(Source, a, m * n);
        if (!PowerOfTwo.Scale(a, m * n, out int exponent))
            return false;
        if (!(m > 8 * n / 5 && n > 0 ? Long(a, values) : Decompose(a, m, values, leftRows, leftCount)))
            return false;
        Write(values, exponent, isWide);
        return true;
    }

    // Q R first: U is Q times that of R.
    private readonly bool Long(T* a, T* values)
    {
        using Scratch<T> memory = Scratch.Rent<T>(((nint)m * n) + n);
        Reflectors<T> reflectors = HouseholderQr.Factor(a, m, n, memory.Pointer, memory.Pointer + ((nint)m * n));
        if (leftRows == null)
            return Decompose(a, n, values, null, n);
        using Scratch<T> inner = Scratch.Rent<T>((nint)n * n);
        if (!Decompose(a, n, values, inner.Pointer, n))
            return false;
        using Scratch<T> product = Scratch.Rent<T>((nint)m * leftCount);
        T* q = product.Pointer;
        reflectors.Product(q, leftCount);
        MatrixMultiply.Run(inner.Pointer, n, 1, q, 1, leftCount, leftRows, m, n, m, n);
        Transposing.Copy(q + n, leftCount, m, leftCount - n, leftRows + ((nint)n * m), m);
        return true;
    }

    // The first rows of a, which is destroyed.
    private readonly bool Decompose(T* a, int rows, T* values, T* left, int count)
    {
        using Scratch<T> memory = Scratch.Rent<T>(((nint)n * (rows + n)) + (3 * n));
        T* leftVectors = memory.Pointer, rightVectors = leftVectors + ((nint)n * rows), above = rightVectors + ((nint)n * n), leftFactors = above + n, rightFactors = leftFactors + n;
        (Reflectors<T> lefts, Reflectors<T> rights) = Bidiagonal.Reduce(a, rows, n, values, above, leftVectors, leftFactors, rightVectors, rightFactors);
        if (left != null)
        {
            using Scratch<T> product = Scratch.Rent<T>((nint)rows * Math.Max(count, n));
            lefts.Product(product.Pointer, count);
            Transposing.Copy(product.Pointer, count, rows, count, left, rows);
            rights.Product(product.Pointer, n);
            Transposing.Copy(product.Pointer, n, n, n, rightRows, n);
        }

        int capacity = left == null ? 0 : PlaneRotations<T>.Room(n);
        using Scratch<PlaneRotation<T>> room = Scratch.Rent<PlaneRotation<T>>(2 * capacity);
        PlaneRotations<T> leftTurns = new(room.Pointer, capacity, left, rows), rightTurns = new(room.Pointer + capacity, capacity, left == null ? null : rightRows, n);
        return new BidiagonalSingularValues<T>(values, above, ref leftTurns, ref rightTurns).Run(n);
    }

    private readonly void Write(T* values, int exponent, bool isWide)
    {
        int[] order = [.. Enumerable.Range(0, n)];
        T[] keys = new T[n];
        for (int i = 0; i < n; i++)
        {
            keys[i] = -T.Abs(values[i]);
            if (T.IsNegative(values[i]) && rightRows != null)
                Lines.Negate(rightRows + ((nint)i * n), rightRows + ((nint)i * n), n);
        }

        Array.Sort(keys, order);
        for (int i = 0; i < n && Values != null; i++)
            Values[i] = T.ScaleB(-keys[i], exponent);
        if (leftRows == null)
            return;
        for (int i = 0; i < leftCount; i++)
        {
            T* left = leftRows + ((nint)(i < n ? order[i] : i) * m), right = i < n ? rightRows + ((nint)order[i] * n) : null;
            // The columns of U decide on signs, and beyond them the rows of Vᵀ.
            bool isNegative = isWide && right != null ? Signs.IsNegative(right, n) : Signs.IsNegative(left, m);
            if (isNegative)
                Lines.Negate(left, left, m);
            if (isNegative && right != null)
                Lines.Negate(right, right, n);
            if (isWide)
                WritePair(i, right, n, left, m);
            else
                WritePair(i, left, m, right, n);
        }
    }

    private readonly void WritePair(int place, T* column, int columnLength, T* row, int rowLength)
    {
        int columns = IsFull ? Rows : Math.Min(Rows, Columns);
        if (column != null)
            Transposing.Copy(column, columnLength, 1, columnLength, Left + place, columns);
        if (row != null)
            Lines.Copy(row, Right + ((nint)place * rowLength), rowLength);
    }
}
