using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections make it tridiagonal, then the QL algorithm with implicit shifts. The classical pair tred2 and imtql2 of EISPACK
/// (Bowdler, Martin, Reinsch, Wilkinson, Numerische Mathematik 11, 1968).
/// </summary>
internal static class SymmetricEigen
{
    private const int MaximumSweeps = 60;

    /// <summary>Decomposes a matrix, which is overwritten.</summary>
    /// <param name="a">The matrix (size, size) in rows; afterwards row i is the eigenvector of value i, of length 1.</param>
    /// <param name="size">Its side.</param>
    /// <returns>The eigenvalues, falling.</returns>
    public static double[] Decompose(double[] a, int size)
    {
        double[] diagonal = new double[size], off = new double[size];
        Tridiagonalize(a, size, diagonal, off);
        Diagonalize(a, size, diagonal, off);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(place => diagonal[place])];
        double[] vectors = new double[a.Length];
        for (int row = 0; row < size; row++)
            Array.Copy(a, order[row] * size, vectors, row * size, size);
        vectors.CopyTo(a, 0);
        return [.. order.Select(place => diagonal[place])];
    }

    // A = Qᵀ T Q: the rows of a become Q, the diagonal and what is below it T.
    private static void Tridiagonalize(double[] a, int size, double[] diagonal, double[] off)
    {
        double[] betas = new double[size];
        double[] product = new double[size];
        for (int k = 0; k < size - 2; k++)
        {
            Span<double> reflector = a.AsSpan((k * size) + k + 1, size - k - 1);
            double norm = Math.Sqrt(Dot(reflector, reflector));
            diagonal[k] = a[(k * size) + k];
            if (norm == 0)
            {
                off[k] = 0;
                continue;
            }

            // The reflection I - beta v vᵀ takes the row to (alpha, 0, ..., 0); v lies where the row was.
            double alpha = reflector[0] > 0 ? -norm : norm;
            off[k] = alpha;
            reflector[0] -= alpha;
            double beta = betas[k] = 2 / Dot(reflector, reflector);
            Span<double> p = product.AsSpan(0, reflector.Length);
            for (int row = 0; row < p.Length; row++)
                p[row] = beta * Dot(a.AsSpan(((k + 1 + row) * size) + k + 1, p.Length), reflector);
            AddTo(p, reflector, -0.5 * beta * Dot(p, reflector));
            for (int row = 0; row < p.Length; row++)
            {
                Span<double> target = a.AsSpan(((k + 1 + row) * size) + k + 1, p.Length);
                AddTo(target, reflector, -p[row]);
                AddTo(target, p, -reflector[row]);
            }
        }

        if (size > 1)
        {
            diagonal[size - 2] = a[((size - 2) * size) + size - 2];
            off[size - 2] = a[((size - 2) * size) + size - 1];
        }

        diagonal[size - 1] = a[((size - 1) * size) + size - 1];
        Accumulate(a, size, betas);
    }

    // Qᵀ = H_0 H_1 ... H_(size-3), from the last on; row i of what stays in a is row i of Q.
    private static void Accumulate(double[] a, int size, double[] betas)
    {
        double[] q = new double[size * size];
        for (int i = 0; i < size; i++)
            q[(i * size) + i] = 1;
        for (int k = size - 3; k >= 0; k--)
        {
            if (betas[k] == 0)
                continue;
            Span<double> reflector = a.AsSpan((k * size) + k + 1, size - k - 1);
            // Each row r of Q becomes r - beta (r v) vᵀ.
            for (int row = k + 1; row < size; row++)
            {
                Span<double> target = q.AsSpan((row * size) + k + 1, reflector.Length);
                AddTo(target, reflector, -betas[k] * Dot(target, reflector));
            }
        }

        q.CopyTo(a, 0);
    }

    private static void Diagonalize(double[] vectors, int size, double[] diagonal, double[] off)
    {
        // Rotations round to the size of the largest number: beside diagonals near 0, as of constant columns, what is left never becomes small beside them.
        double nothing = double.Epsilon + (Math.Pow(2, -53) * Math.Abs(TensorPrimitives.MaxMagnitude<double>(diagonal)));
        for (int low = 0; low < size; low++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int high = low;
                while (high < size - 1 && Math.Abs(off[high]) > nothing + (Math.Pow(2, -53) * (Math.Abs(diagonal[high]) + Math.Abs(diagonal[high + 1]))))
                    high++;
                if (high == low)
                    break;
                if (sweep == MaximumSweeps)
                    throw new InvalidOperationException($"The eigenvalues of a matrix of {size} x {size} did not converge. Are numbers of the data extremely large? Scale them, for instance with StandardScaler.");
                double shift = (diagonal[low + 1] - diagonal[low]) / (2 * off[low]);
                double radius = double.Hypot(shift, 1);
                shift = diagonal[high] - diagonal[low] + (off[low] / (shift + (shift >= 0 ? radius : -radius)));
                double sine = 1, cosine = 1, gone = 0;
                bool isSplit = false;
                for (int i = high - 1; i >= low; i--)
                {
                    double f = sine * off[i], b = cosine * off[i];
                    off[i + 1] = radius = double.Hypot(f, shift);
                    if (radius == 0)
                    {
                        diagonal[i + 1] -= gone;
                        off[high] = 0;
                        isSplit = true;
                        break;
                    }

                    (sine, cosine) = (f / radius, shift / radius);
                    shift = diagonal[i + 1] - gone;
                    radius = ((diagonal[i] - shift) * sine) + (2 * cosine * b);
                    gone = sine * radius;
                    diagonal[i + 1] = shift + gone;
                    shift = (cosine * radius) - b;
                    Rotate(vectors.AsSpan(i * size, size), vectors.AsSpan((i + 1) * size, size), sine, cosine);
                }

                if (isSplit)
                    continue;
                diagonal[low] -= gone;
                off[low] = shift;
                off[high] = 0;
            }
        }
    }

    private static void Rotate(Span<double> first, Span<double> second, double sine, double cosine)
    {
        for (int i = 0; i < first.Length; i++)
            (second[i], first[i]) = ((sine * first[i]) + (cosine * second[i]), (cosine * first[i]) - (sine * second[i]));
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => TensorPrimitives.Dot(x, y);

    private static void AddTo(Span<double> target, ReadOnlySpan<double> x, double factor) => TensorPrimitives.MultiplyAdd(x, factor, target, target);
}
