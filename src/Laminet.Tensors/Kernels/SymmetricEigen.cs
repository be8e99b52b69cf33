using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>A = V diag(w) Vᵀ of a symmetric matrix, whose lower triangle is read.</summary>
internal static unsafe class SymmetricEigen
{
    /// <summary>Writes the eigenvalues in ascending order and the eigenvectors as columns; null for vectors that are not wanted. False for a number that is not finite, or if the steps do not end.</summary>
    public static bool Run<T>(T* source, int n, T* values, T* vectors) where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool hasVectors = vectors != null;
        nint square = (nint)n * n;
        using Scratch<T> memory = Scratch.Rent<T>((2 * square) + (3 * n));
        using Scratch<PlaneRotation<T>> room = Scratch.Rent<PlaneRotation<T>>(hasVectors ? PlaneRotations<T>.Room(n) : 0);
        T* a = memory.Pointer, reflections = a + square, beside = reflections + square, factors = beside + n, diagonal = factors + n;
        Lines.Copy(source, a, n * n);
        for (int row = 0; row < n; row++)
        {
            for (int column = 0; column < row; column++)
                a[((nint)column * n) + row] = a[((nint)row * n) + column];
        }

        if (!PowerOfTwo.Scale(a, n * n, out int exponent))
            return false;
        Reflectors<T> reflectors = Tridiagonal.Reduce(a, n, diagonal, beside, reflections, factors);
        if (hasVectors)
        {
            reflectors.Product(vectors, n);
            Transposing.Copy(vectors, n, n, n, a, n);
        }

        PlaneRotations<T> rotations = new(room.Pointer, PlaneRotations<T>.Room(n), hasVectors ? a : null, n);
        if (!TridiagonalEigen.Run(diagonal, beside, n, ref rotations))
            return false;
        int[] order = [.. Enumerable.Range(0, n)];
        new Span<T>(diagonal, n).Sort(order.AsSpan());
        for (int i = 0; i < n; i++)
            values[i] = T.ScaleB(diagonal[i], exponent);
        if (!hasVectors)
            return true;
        for (int i = 0; i < n; i++)
        {
            T* vector = a + ((nint)order[i] * n);
            Signs.MakeLargestPositive(vector, n);
            Transposing.Copy(vector, n, 1, n, vectors + i, n);
        }

        return true;
    }
}

/// <summary>Numbers of the order of 1, so that squares neither overflow nor vanish; a power of two changes no digit.</summary>
internal static unsafe class PowerOfTwo
{
    /// <summary>Divides numbers by 2^exponent, after which the largest is 1 to 2; false if one of them is not finite.</summary>
    public static bool Scale<T>(T* x, int length, out int exponent) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T most = Lines.Largest(x, length);
        exponent = 0;
        if (most == T.Zero || !T.IsFinite(most))
            return T.IsFinite(most);
        exponent = T.ILogB(most);
        if (exponent == 0)
            return true;
        for (int i = 0; i < length; i++)
            x[i] = T.ScaleB(x[i], -exponent);
        return true;
    }
}

/// <summary>The sign of a vector that is only known up to it: the component of largest magnitude, the first of several, is positive.</summary>
internal static unsafe class Signs
{
    public static bool IsNegative<T>(T* vector, int length) where T : unmanaged, INumber<T> => T.IsNegative(vector[Lines.PlaceOfLargest(vector, length)]);

    public static void MakeLargestPositive<T>(T* vector, int length) where T : unmanaged, INumber<T>
    {
        if (IsNegative(vector, length))
            Lines.Negate(vector, vector, length);
    }
}
