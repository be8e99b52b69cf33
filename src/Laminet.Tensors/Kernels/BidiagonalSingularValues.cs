using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>Singular values of an upper bidiagonal matrix by implicit QR steps (Golub and Kahan, "Calculating the singular values and pseudo-inverse of a matrix", 1965; LINPACK's svdc).</summary>
internal unsafe ref struct BidiagonalSingularValues<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostSteps = 100;

    private readonly T* s, e;
    private readonly ref PlaneRotations<T> left, right;
    private T least;

    /// <param name="diagonal">The diagonal, n numbers.</param>
    /// <param name="above">The elements above it, n numbers of which the last is not used.</param>
    /// <param name="left">What happens to the rows of Uᵀ.</param>
    /// <param name="right">What happens to the rows of Vᵀ.</param>
    public BidiagonalSingularValues(T* diagonal, T* above, ref PlaneRotations<T> left, ref PlaneRotations<T> right)
    {
        s = diagonal;
        e = above;
        this.left = ref left;
        this.right = ref right;
    }

    /// <summary>Turns the diagonal into singular values, in no order; some may be negative still. Gives false if that takes more steps than it ever should.</summary>
    public bool Run(int n)
    {
        if (n > 0)
            e[n - 1] = T.Zero;
        least = Numbers<T>.Negligible(s, e, n);
        int end = n, steps = 0;
        while (end > 0)
        {
            int first = end - 1;
            while (first > 0 && !IsSmall(e[first - 1], T.Abs(s[first - 1]) + T.Abs(s[first])))
                first--;
            if (first > 0)
                e[first - 1] = T.Zero;
            if (first == end - 1)
            {
                (end, steps) = (end - 1, 0);
                continue;
            }

            if (steps++ == MostSteps)
                return false;
            int zero = end - 1;
            while (zero >= first && !IsSmall(s[zero], (zero < end - 1 ? T.Abs(e[zero]) : T.Zero) + (zero > first ? T.Abs(e[zero - 1]) : T.Zero)))
                zero--;
            if (zero < first)
            {
                Step(first, end);
                continue;
            }

            s[zero] = T.Zero;
            if (zero == end - 1)
                ZeroColumn(first, end);
            else
                ZeroRow(zero, end);
        }

        left.Apply();
        right.Apply();
        return true;
    }

    private readonly bool IsSmall(T value, T beside) => T.Abs(value) <= (Numbers<T>.Epsilon * beside) + least;

    // The last singular value is 0: rotations of columns take the element above it away.
    private readonly void ZeroColumn(int first, int end)
    {
        T f = e[end - 2];
        e[end - 2] = T.Zero;
        for (int j = end - 2; j >= first; j--)
        {
            (T cosine, T sine, s[j]) = Rotation(s[j], f);
            if (j > first)
            {
                f = -sine * e[j - 1];
                e[j - 1] *= cosine;
            }

            right.Add(j, end - 1, cosine, sine);
        }
    }

    // One within is 0: rotations of rows take the element beside it away.
    private readonly void ZeroRow(int zero, int end)
    {
        T f = e[zero];
        e[zero] = T.Zero;
        for (int j = zero + 1; j < end; j++)
        {
            (T cosine, T sine, s[j]) = Rotation(s[j], f);
            f = -sine * e[j];
            e[j] *= cosine;
            left.Add(j, zero, cosine, sine);
        }
    }

    private readonly void Step(int first, int end)
    {
        T scale = T.Max(T.Max(T.Abs(s[end - 1]), T.Abs(s[end - 2])), T.Max(T.Abs(e[end - 2]), T.Max(T.Abs(s[first]), T.Abs(e[first]))));
        (T last, T before, T above, T top, T beside) = (s[end - 1] / scale, s[end - 2] / scale, e[end - 2] / scale, s[first] / scale, e[first] / scale);
        T b = (((before + last) * (before - last)) + (above * above)) / T.CreateChecked(2), c = last * above * (last * above), shift = T.Zero;
        if (b != T.Zero || c != T.Zero)
            shift = c / (b + T.CopySign(T.Sqrt((b * b) + c), b));
        T f = ((top + last) * (top - last)) + shift, g = top * beside;
        for (int j = first; j < end - 1; j++)
        {
            (T cosine, T sine, T length) = Rotation(f, g);
            if (j > first)
                e[j - 1] = length;
            f = (cosine * s[j]) + (sine * e[j]);
            e[j] = (cosine * e[j]) - (sine * s[j]);
            g = sine * s[j + 1];
            s[j + 1] *= cosine;
            right.Add(j, j + 1, cosine, sine);
            (cosine, sine, s[j]) = Rotation(f, g);
            f = (cosine * e[j]) + (sine * s[j + 1]);
            s[j + 1] = (cosine * s[j + 1]) - (sine * e[j]);
            g = sine * e[j + 1];
            e[j + 1] *= cosine;
            left.Add(j, j + 1, cosine, sine);
        }

        e[end - 2] = f;
    }

    private static (T Cosine, T Sine, T Length) Rotation(T x, T y)
    {
        T length = Numbers<T>.Hypotenuse(x, y);
        return length == T.Zero ? (T.One, T.Zero, length) : (x / length, y / length, length);
    }
}
