using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>A matrix with at least as many rows as columns to an upper bidiagonal one, Uᵀ A V = B (Golub and Van Loan, 5.4.8).</summary>
internal static unsafe class Bidiagonal
{
    private const int RowsPerTask = 64;

    /// <summary>
    /// Destroys a (m, n). Writes the diagonal (n) and the elements above it (n - 1). The reflections' products are U, vectors (n, m), and V, vectors (n - 1, n).
    /// </summary>
    public static (Reflectors<T> Left, Reflectors<T> Right) Reduce<T>(
        T* a, int m, int n, T* diagonal, T* above, T* leftVectors, T* leftFactors, T* rightVectors, T* rightFactors) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scratch<T> memory = Scratch.Rent<T>(n);
        int rights = Math.Max(0, n - 1);
        new Span<T>(leftVectors, n * m).Clear();
        new Span<T>(rightVectors, rights * n).Clear();
        for (int k = 0; k < n; k++)
        {
            int rows = m - k, columns = n - k - 1;
            T* corner = a + ((nint)k * n) + k, left = leftVectors + ((nint)k * m) + k, right = rightVectors + ((nint)k * n) + k + 1;
            for (int i = 0; i < rows; i++)
                left[i] = corner[(nint)i * n];
            (T factor, diagonal[k]) = Reflectors<T>.Make(left, rows);
            leftFactors[k] = factor;
            if (columns == 0)
                continue;
            // w = Aᵀ v; then A - tau v wᵀ row by row. The first row is needed first: the reflection from the right comes from it.
            T* w = memory.Pointer;
            MatrixMultiply.Run(left, rows, 1, corner + 1, n, 1, w, columns, 1, columns, rows);
            Lines.Scale(w, -factor, columns);
            Lines.AddScaled(corner + 1, T.One, w, columns);
            Lines.Copy(corner + 1, right, columns);
            (T rightFactor, above[k]) = Reflectors<T>.Make(right, columns);
            rightFactors[k] = rightFactor;
            Step<T> step = new() { Corner = corner + n + 1, Stride = n, Left = left + 1, Row = w, Right = right, RightFactor = rightFactor, Rows = rows - 1, Columns = columns };
            int tasks = Rounding.DivideUp(step.Rows, RowsPerTask);
            if (tasks > 2)
            {
                Workers.For(tasks, ref step, &Update);
                continue;
            }

            for (int task = 0; task < tasks; task++)
                Update(ref step, task);
        }

        return (
            new() { Vectors = leftVectors, Factors = leftFactors, Count = n, Length = m },
            new() { Vectors = rightVectors, Factors = rightFactors, Count = rights, Length = n, Offset = 1 });
    }

    // Both reflections in one pass over the rows.
    private static void Update<T>(ref Step<T> step, int task) where T : unmanaged, INumber<T>
    {
        for (int i = task * RowsPerTask; i < Math.Min(step.Rows, (task + 1) * RowsPerTask); i++)
        {
            T* row = step.Corner + ((nint)i * step.Stride);
            Lines.AddScaled(row, step.Left[i], step.Row, step.Columns);
            if (step.RightFactor != T.Zero)
                Lines.AddScaled(row, -step.RightFactor * Lines.Dot(row, step.Right, step.Columns), step.Right, step.Columns);
        }
    }

    private struct Step<T> where T : unmanaged
    {
        public T* Corner, Left, Row, Right;
        public nint Stride;
        public T RightFactor;
        public int Rows, Columns;
    }
}
