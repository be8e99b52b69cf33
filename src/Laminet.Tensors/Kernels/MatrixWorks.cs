using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>L of A = L Lᵀ.</summary>
internal readonly unsafe struct CholeskyWork<T>(T* a, T* l, int n) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        nint place = (nint)matrix * n * n;
        Lines.Copy(a + place, l + place, n * n);
        return CholeskyFactor.Run(l + place, n);
    }
}

/// <summary>X of T X = B.</summary>
internal readonly unsafe struct TriangularWork<T>(T* a, T* b, T* x, int n, int columns, bool isLower, bool isTransposed, bool hasUnitDiagonal) : IMatrixWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        T* target = x + ((nint)matrix * n * columns);
        Lines.Copy(b + ((nint)matrix * n * columns), target, n * columns);
        new TriangularSystem<T>(a + ((nint)matrix * n * n), isTransposed ? 1 : n, isTransposed ? n : 1, n, isLower != isTransposed, hasUnitDiagonal).Solve(target, columns, columns);
        return 0;
    }
}

/// <summary>L and U, the exchanges of rows, and for each row of A its place in L U.</summary>
internal readonly unsafe struct LowerUpperWork<T>(T* a, T* lu, int* pivots, int* places, int m, int n) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        int count = Math.Min(m, n);
        T* factors = lu + ((nint)matrix * m * n);
        int* exchanges = pivots + ((nint)matrix * count), place = places + ((nint)matrix * m);
        Lines.Copy(a + ((nint)matrix * m * n), factors, m * n);
        LowerUpper.Factor(factors, m, n, exchanges);
        for (int i = 0; i < m; i++)
            place[i] = i;
        // The exchanges backwards take the places 0, 1, ... to the rows' own.
        for (int i = count - 1; i >= 0; i--)
            (place[i], place[exchanges[i]]) = (place[exchanges[i]], place[i]);
        return 0;
    }
}

/// <summary>X of A X = B, or Aᵀ X = B; without a B, the inverse. A pivot that is 0 is a status.</summary>
internal readonly unsafe struct SolveWork<T>(T* a, T* b, T* x, int n, int columns, bool isTransposed) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        T* target = x + ((nint)matrix * n * columns);
        using Scratch<T> memory = Scratch.Rent<T>((nint)n * n);
        using Scratch<int> pivots = Scratch.Rent<int>(n);
        T* lu = memory.Pointer;
        if (isTransposed)
            Transposing.Copy(a + ((nint)matrix * n * n), n, n, n, lu, n);
        else
            Lines.Copy(a + ((nint)matrix * n * n), lu, n * n);
        LowerUpper.Factor(lu, n, n, pivots.Pointer);
        for (int i = 0; i < n; i++)
        {
            if (lu[((nint)i * n) + i] == T.Zero)
                return i + 1;
        }

        if (b != null)
        {
            Lines.Copy(b + ((nint)matrix * n * columns), target, n * columns);
        }
        else
        {
            Lines.Clear(target, n * n);
            for (int i = 0; i < n; i++)
                target[((nint)i * n) + i] = T.One;
        }

        LowerUpper.Exchange(pivots.Pointer, n, target, columns);
        new TriangularSystem<T>(lu, n, 1, n, isLower: true, hasUnitDiagonal: true).Solve(target, columns, columns);
        new TriangularSystem<T>(lu, n, 1, n, isLower: false, hasUnitDiagonal: false).Solve(target, columns, columns);
        return 0;
    }
}

/// <summary>The determinant, or its sign and the logarithm of its magnitude; null for what is not wanted.</summary>
internal readonly unsafe struct DeterminantWork<T>(T* a, T* determinant, T* sign, T* logarithm, int n) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        (T product, T signs, T sum) = Of(a + ((nint)matrix * n * n), n);
        if (determinant != null)
            determinant[matrix] = product;
        if (sign != null)
            sign[matrix] = signs;
        if (logarithm != null)
            logarithm[matrix] = sum;
        return 0;
    }

    /// <summary>The product of the pivots, its sign, and the sum of their logarithms.</summary>
    public static (T Determinant, T Sign, T Logarithm) Of(T* matrix, int n)
    {
        using Scratch<T> memory = Scratch.Rent<T>((nint)n * n);
        using Scratch<int> pivots = Scratch.Rent<int>(n);
        T* lu = memory.Pointer;
        Lines.Copy(matrix, lu, n * n);
        LowerUpper.Factor(lu, n, n, pivots.Pointer);
        (T product, T signs, T sum) = (T.One, T.One, T.Zero);
        for (int i = 0; i < n; i++)
        {
            T pivot = lu[((nint)i * n) + i], turned = pivots.Pointer[i] == i ? T.One : -T.One;
            product *= turned * pivot;
            signs *= turned * (T.IsNaN(pivot) ? pivot : T.CreateChecked(T.Sign(pivot)));
            sum += T.Log(T.Abs(pivot));
        }

        return (product, signs, sum);
    }
}

/// <summary>Q (m, p) and R (p, n), where p is min(m, n), or m for the complete factors; null for what is not wanted.</summary>
internal readonly unsafe struct QrWork<T>(T* a, T* q, T* r, int m, int n, int p) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        int count = Math.Min(m, n);
        using Scratch<T> memory = Scratch.Rent<T>(((nint)m * n) + ((nint)count * m) + count);
        T* copy = memory.Pointer, vectors = copy + ((nint)m * n);
        Lines.Copy(a + ((nint)matrix * m * n), copy, m * n);
        Reflectors<T> reflectors = HouseholderQr.Factor(copy, m, n, vectors, vectors + ((nint)count * m));
        if (r != null)
            Lines.Copy(copy, r + ((nint)matrix * p * n), p * n);
        if (q != null)
            reflectors.Product(q + ((nint)matrix * m * p), p);
        return 0;
    }
}

/// <summary>Eigenvalues and, if they are wanted, eigenvectors of symmetric matrices.</summary>
internal readonly unsafe struct SymmetricEigenWork<T>(T* a, T* values, T* vectors, int n) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix) =>
        SymmetricEigen.Run(a + ((nint)matrix * n * n), n, values + ((nint)matrix * n), vectors == null ? null : vectors + ((nint)matrix * n * n)) ? 0 : 1;
}

/// <summary>Singular values and, if they are wanted, vectors.</summary>
internal readonly unsafe struct SingularWork<T>(T* a, T* left, T* values, T* right, int m, int n, bool isFull) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        int count = Math.Min(m, n), p = isFull ? m : count, q = isFull ? n : count;
        SingularValueDecomposition<T> decomposition = new()
        {
            Source = a + ((nint)matrix * m * n),
            Values = values + ((nint)matrix * count),
            Left = left == null ? null : left + ((nint)matrix * m * p),
            Right = left == null ? null : right + ((nint)matrix * q * n),
            Rows = m,
            Columns = n,
            IsFull = isFull,
        };
        return decomposition.Run() ? 0 : 1;
    }
}

/// <summary>A⁺ B = V diag(1 / s) Uᵀ B, with 0 for singular values up to tolerance times the largest; without a B, A⁺.</summary>
internal readonly unsafe struct LeastSquaresWork<T>(T* a, T* b, T* x, int m, int n, int columns, T tolerance) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        int count = Math.Min(m, n);
        using Scratch<T> memory = Scratch.Rent<T>(((nint)count * (m + n)) + count + ((nint)count * columns));
        T* u = memory.Pointer, vt = u + ((nint)m * count), s = vt + ((nint)count * n), product = s + count, target = x + ((nint)matrix * n * columns);
        if (new SingularWork<T>(a + ((nint)matrix * m * n), u, s, vt, m, n, false).Run(0) != 0)
            return 1;
        if (b == null)
            Transposing.Copy(u, count, m, count, product, m);
        else
            MatrixMultiply.Run(u, 1, count, b + ((nint)matrix * m * columns), columns, 1, product, columns, count, columns, m);
        for (int i = 0; i < count; i++)
            Lines.Scale(product + ((nint)i * columns), s[i] > s[0] * tolerance ? T.One / s[i] : T.Zero, columns);
        MatrixMultiply.Run(vt, 1, n, product, columns, 1, target, columns, n, columns, count);
        return 0;
    }
}

/// <summary>The cofactors det U det V U diag(product of the other s) Vᵀ.</summary>
internal readonly unsafe struct CofactorsWork<T>(T* a, T* result, int n) : IMatrixWork where T : unmanaged, IFloatingPointIeee754<T>
{
    public int Run(int matrix)
    {
        nint place = (nint)matrix * n * n;
        using Scratch<T> memory = Scratch.Rent<T>((2 * (nint)n * n) + n);
        T* u = memory.Pointer, vt = u + ((nint)n * n), s = vt + ((nint)n * n);
        if (new SingularWork<T>(a + place, u, s, vt, n, n, false).Run(0) != 0)
            return 1;
        T sign = DeterminantWork<T>.Of(u, n).Sign * DeterminantWork<T>.Of(vt, n).Sign;
        for (int i = 0; i < n; i++)
        {
            T others = sign;
            for (int j = 0; j < n; j++)
                others *= j == i ? T.One : s[j];
            Lines.Scale(vt + ((nint)i * n), others, n);
        }

        MatrixMultiply.Run(u, n, 1, vt, n, 1, result + place, n, n, n, n);
        return 0;
    }
}

/// <summary>Eigenvalues and eigenvectors of general matrices, as real and imaginary parts.</summary>
internal readonly unsafe struct GeneralEigenWork(double* a, double* real, double* imaginary, double* realVectors, double* imaginaryVectors, int n) : IMatrixWork
{
    public int Run(int matrix)
    {
        nint place = (nint)matrix * n * n;
        GeneralEigen eigen = new(new ReadOnlySpan<double>(a + place, n * n), n);
        if (!eigen.Run())
            return 1;
        eigen.Real.CopyTo(new Span<double>(real + ((nint)matrix * n), n));
        eigen.Imaginary.CopyTo(new Span<double>(imaginary + ((nint)matrix * n), n));
        double[] re = new double[n], im = new double[n];
        for (int j = 0; j < n; j++)
        {
            eigen.Vector(j, re, im);
            for (int i = 0; i < n; i++)
                (realVectors[place + (i * n) + j], imaginaryVectors[place + (i * n) + j]) = (re[i], im[i]);
        }

        return 0;
    }
}

/// <summary>exp(A).</summary>
internal readonly unsafe struct ExponentialWork(double* a, double* result, int n) : IMatrixWork
{
    public int Run(int matrix)
    {
        using Scratch<double> memory = Scratch.Rent<double>((nint)n * n);
        Lines.Copy(a + ((nint)matrix * n * n), memory.Pointer, n * n);
        ExponentialOfMatrix.Run(memory.Pointer, n, result + ((nint)matrix * n * n));
        return 0;
    }
}
