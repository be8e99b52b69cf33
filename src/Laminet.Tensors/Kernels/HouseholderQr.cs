using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>A = Q R by Householder reflections, a panel of columns at a time (Golub and Van Loan, 5.2).</summary>
internal static unsafe class HouseholderQr
{
    /// <summary>Writes the upper triangle of R over a (m, n), and the reflections whose product is Q: their vectors (min(m, n), m) and factors.</summary>
    public static Reflectors<T> Factor<T>(T* a, int m, int n, T* vectors, T* factors) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = Math.Min(m, n);
        Reflectors<T> reflectors = new() { Vectors = vectors, Factors = factors, Count = count, Length = m };
        new Span<T>(vectors, count * m).Clear();
        for (int first = 0; first < count; first += Reflectors<T>.Block)
        {
            int size = Math.Min(Reflectors<T>.Block, count - first), rows = m - first;
            T* corner = a + ((nint)first * n) + first, panel = vectors + ((nint)first * m) + first;
            Transposing.Copy(corner, n, rows, size, panel, m);
            for (int j = 0; j < size; j++)
            {
                T* column = panel + ((nint)j * m);
                (factors[first + j], T beta) = Reflectors<T>.Make(column + j, rows - j);
                Reflectors<T>.ApplyToRows(column + j, factors[first + j], column + m + j, m, size - j - 1, rows - j);
                for (int i = 0; i < j; i++)
                    corner[((nint)i * n) + j] = column[i];
                corner[((nint)j * n) + j] = beta;
                Lines.Clear(column, j);
                for (int i = j + 1; i < rows; i++)
                    corner[((nint)i * n) + j] = T.Zero;
            }

            reflectors.Apply(first, size, transposed: true, corner + size, n, n - first - size);
        }

        return reflectors;
    }
}
