using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Householder reflections H_j = I - tau_j v_j v_jᵀ, whose vectors are rows: v_j has zeros before place j + Offset, and 1 there. Blocks of them are applied as I - V T Vᵀ
/// (Schreiber and Van Loan, "A storage-efficient WY representation for products of Householder transformations", 1989).
/// </summary>
internal unsafe struct Reflectors<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The vectors, one a row, and tau.</summary>
    public T* Vectors, Factors;

    /// <summary>How many, how long, and where the first begins.</summary>
    public int Count, Length, Offset;

    /// <summary>How many are applied together.</summary>
    public const int Block = 32;

    /// <summary>
    /// Makes the reflection that takes x to (beta, 0, 0, ...) and gives tau and beta. x becomes v. As in LAPACK beta has the sign opposite to that of x_0, and there is no reflection (tau = 0) where the others
    /// are 0 already.
    /// </summary>
    public static (T Factor, T Beta) Make(T* x, int length)
    {
        T alpha = x[0], norm = Lines.Norm(x + 1, length - 1);
        x[0] = T.One;
        if (norm == T.Zero)
            return (T.Zero, alpha);
        T beta = -T.CopySign(Numbers<T>.Hypotenuse(alpha, norm), alpha);
        Lines.Divide(x + 1, alpha - beta, length - 1);
        return ((beta - alpha) / beta, beta);
    }

    /// <summary>Applies a single one to the columns from the left of a transposed matrix, whose rows are those columns.</summary>
    public static void ApplyToRows(T* vector, T factor, T* rows, nint stride, int count, int length)
    {
        for (int i = 0; factor != T.Zero && i < count; i++)
            Lines.AddScaled(rows + (i * stride), -factor * Lines.Dot(vector, rows + (i * stride), length), vector, length);
    }

    /// <summary>q = H_0 H_1 ... of the given number of columns, (Length, columns).</summary>
    public void Product(T* q, int columns)
    {
        new Span<T>(q, Length * columns).Clear();
        for (int i = 0; i < Math.Min(Length, columns); i++)
            q[((nint)i * columns) + i] = T.One;
        // Backwards: what is behind a block's first place is the identity still.
        for (int first = (Count - 1) / Block * Block; first >= 0; first -= Block)
        {
            if (Count == 0)
                return;
            int place = Math.Min(first + Offset, columns);
            Apply(first, Math.Min(Block, Count - first), false, q + ((nint)(first + Offset) * columns) + place, columns, columns - place);
        }
    }

    /// <summary>Applies a block of them, or its transpose, to the rows of c from the block's first place on.</summary>
    public void Apply(int first, int size, bool transposed, T* c, nint stride, int columns)
    {
        if (columns <= 0 || size == 0)
            return;
        int length = Length - first - Offset;
        T* vectors = Vectors + ((nint)first * Length) + first + Offset;
        using Scratch<T> memory = Scratch.Rent<T>((2 * (nint)size * size) + (2 * (nint)size * columns));
        T* triangle = memory.Pointer, gram = triangle + (size * size), sums = gram + (size * size), weighted = sums + ((nint)size * columns);
        Triangle(vectors, Factors + first, size, length, gram, triangle);
        MatrixMultiply.Run(vectors, Length, 1, c, stride, 1, sums, columns, size, columns, length);
        MatrixMultiply.Run(triangle, transposed ? 1 : size, transposed ? size : 1, sums, columns, 1, weighted, columns, size, columns, size);
        MatrixMultiply.Run(vectors, 1, Length, weighted, columns, 1, c, stride, length, columns, size, new Epilogue<T> { Addend = c });
    }

    // -T: upper triangular, t_jj = tau_j, and above it -tau_j T (Vᵀ v_j).
    private void Triangle(T* vectors, T* factors, int size, int length, T* gram, T* triangle)
    {
        MatrixMultiply.Run(vectors, Length, 1, vectors, 1, Length, gram, size, size, size, length);
        new Span<T>(triangle, size * size).Clear();
        for (int j = 0; j < size; j++)
        {
            triangle[(j * size) + j] = -factors[j];
            for (int i = 0; i < j; i++)
            {
                T sum = T.Zero;
                for (int k = i; k < j; k++)
                    sum += triangle[(i * size) + k] * gram[(k * size) + j];
                triangle[(i * size) + j] = -factors[j] * sum;
            }
        }
    }
}
