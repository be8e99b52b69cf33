using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>Eigenvalues of a symmetric tridiagonal matrix by implicit QL steps with Wilkinson's shift (Golub and Van Loan, 8.3; EISPACK's tql2).</summary>
internal static unsafe class TridiagonalEigen
{
    private const int MostSteps = 60;

    /// <summary>Turns the diagonal into the eigenvalues, in no order. Gives false if that takes more steps than it ever should.</summary>
    /// <param name="diagonal">The diagonal, n numbers.</param>
    /// <param name="beside">The elements beside it, n numbers of which the last is not used.</param>
    /// <param name="n">The order.</param>
    /// <param name="rotations">What happens to the rows of Qᵀ.</param>
    public static bool Run<T>(T* diagonal, T* beside, int n, ref PlaneRotations<T> rotations) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (n > 0)
            beside[n - 1] = T.Zero;
        T least = Numbers<T>.Negligible(diagonal, beside, n);
        for (int first = 0; first < n; first++)
        {
            for (int steps = 0; ; steps++)
            {
                int last = first;
                while (last < n - 1 && !IsSmall(diagonal, beside, last, least))
                    last++;
                if (last == first)
                    break;
                if (steps == MostSteps)
                    return false;
                Step(diagonal, beside, first, last, ref rotations);
            }
        }

        rotations.Apply();
        return true;
    }

    private static bool IsSmall<T>(T* diagonal, T* beside, int place, T least) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.Abs(beside[place]) <= (Numbers<T>.Epsilon * (T.Abs(diagonal[place]) + T.Abs(diagonal[place + 1]))) + least;

    private static void Step<T>(T* d, T* e, int first, int last, ref PlaneRotations<T> rotations) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T two = T.CreateChecked(2), g = (d[first + 1] - d[first]) / (two * e[first]), r = Numbers<T>.Hypotenuse(g, T.One);
        g = d[last] - d[first] + (e[first] / (g + T.CopySign(r, g)));
        (T sine, T cosine, T shift) = (T.One, T.One, T.Zero);
        for (int i = last - 1; i >= first; i--)
        {
            (T f, T b) = (sine * e[i], cosine * e[i]);
            e[i + 1] = r = Numbers<T>.Hypotenuse(f, g);
            if (r == T.Zero)
            {
                // A rotation that splits the matrix: the step ends here.
                d[i + 1] -= shift;
                e[last] = T.Zero;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = d[i + 1] - shift;
            r = ((d[i] - g) * sine) + (two * cosine * b);
            shift = sine * r;
            d[i + 1] = g + shift;
            g = (cosine * r) - b;
            rotations.Add(i + 1, i, cosine, sine);
        }

        d[first] -= shift;
        e[first] = g;
        e[last] = T.Zero;
    }
}
