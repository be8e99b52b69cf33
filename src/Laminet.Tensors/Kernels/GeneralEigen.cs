namespace Laminet.Tensors.Kernels;

/// <summary>
/// Eigenvalues and eigenvectors of a general matrix, in double precision: Hessenberg form by reflections, then Francis's double QR steps (Golub and Van Loan, 7.4 and 7.5; EISPACK's orthes and hqr2).
/// </summary>
internal sealed partial class GeneralEigen
{
    private const int MostSteps = 120;
    private const double Epsilon = 2.220446049250313e-16;
    private readonly int n;
    private readonly double[,] h, v;
    private readonly double[] real, imaginary;
    private double norm, shift;

    /// <param name="matrix">The matrix, row by row.</param>
    /// <param name="order">Its number of rows.</param>
    public GeneralEigen(ReadOnlySpan<double> matrix, int order)
    {
        (n, h, v, real, imaginary) = (order, new double[order, order], new double[order, order], new double[order], new double[order]);
        for (int i = 0; i < n; i++)
        {
            v[i, i] = 1;
            for (int j = 0; j < n; j++)
                h[i, j] = matrix[(i * n) + j];
        }
    }

    /// <summary>The eigenvalues' real parts.</summary>
    public ReadOnlySpan<double> Real => real;

    /// <summary>Their imaginary parts; of a conjugate pair the positive one comes first.</summary>
    public ReadOnlySpan<double> Imaginary => imaginary;

    /// <summary>False if a number is not finite or the steps do not end.</summary>
    public bool Run()
    {
        foreach (double value in h)
        {
            if (!double.IsFinite(value))
                return false;
        }

        Hessenberg();
        for (int i = 0; i < n; i++)
        {
            for (int j = Math.Max(i - 1, 0); j < n; j++)
                norm += Math.Abs(h[i, j]);
        }

        return Francis() && BackSubstitute();
    }

    private void Hessenberg()
    {
        double[] u = new double[n];
        for (int k = 1; k < n - 1; k++)
        {
            double scale = 0, sum = 0;
            for (int i = k; i < n; i++)
                scale += Math.Abs(h[i, k - 1]);
            if (scale == 0)
                continue;
            for (int i = k; i < n; i++)
            {
                u[i] = h[i, k - 1] / scale;
                sum += u[i] * u[i];
            }

            double beta = u[k] > 0 ? -Math.Sqrt(sum) : Math.Sqrt(sum);
            sum -= u[k] * beta;
            u[k] -= beta;
            for (int j = k; j < n; j++)
            {
                double product = 0;
                for (int i = k; i < n; i++)
                    product += u[i] * h[i, j];
                for (int i = k; i < n; i++)
                    h[i, j] -= product / sum * u[i];
            }

            ReflectRows(h, u, k, sum);
            ReflectRows(v, u, k, sum);
            h[k, k - 1] = scale * beta;
            for (int i = k + 1; i < n; i++)
                h[i, k - 1] = 0;
        }
    }

    private void ReflectRows(double[,] matrix, double[] u, int from, double half)
    {
        for (int i = 0; i < n; i++)
        {
            double product = 0;
            for (int j = from; j < n; j++)
                product += u[j] * matrix[i, j];
            for (int j = from; j < n; j++)
                matrix[i, j] -= product / half * u[j];
        }
    }

    // Rows above last are left; each is split off where an element below the diagonal is small.
    private bool Francis()
    {
        int last = n - 1, steps = 0;
        while (last >= 0)
        {
            int first = last;
            while (first > 0 && !IsSmall(first))
                first--;
            if (first == last)
            {
                real[last] = h[last, last] += shift;
                (last, steps) = (last - 1, 0);
            }
            else if (first == last - 1)
            {
                Pair(last);
                (last, steps) = (last - 2, 0);
            }
            else if (steps == MostSteps)
            {
                return false;
            }
            else
            {
                Step(first, last, steps++);
            }
        }

        return true;
    }

    private bool IsSmall(int row)
    {
        double beside = Math.Abs(h[row - 1, row - 1]) + Math.Abs(h[row, row]);
        return Math.Abs(h[row, row - 1]) < Epsilon * (beside == 0 ? norm : beside) || h[row, row - 1] == 0;
    }

    // A square of two rows: two real eigenvalues, for which it is made triangular, or a conjugate pair.
    private void Pair(int last)
    {
        int before = last - 1;
        double w = h[last, before] * h[before, last], p = (h[before, before] - h[last, last]) / 2, q = (p * p) + w, z = Math.Sqrt(Math.Abs(q));
        h[last, last] += shift;
        h[before, before] += shift;
        double x = h[last, last];
        if (q < 0)
        {
            (real[before], real[last], imaginary[before], imaginary[last]) = (x + p, x + p, z, -z);
            return;
        }

        z = p >= 0 ? p + z : p - z;
        real[before] = x + z;
        real[last] = z != 0 ? x - (w / z) : x + z;
        double length = double.Hypot(h[last, before], z), sine = h[last, before] / length, cosine = z / length;
        for (int j = before; j < n; j++)
            (h[before, j], h[last, j]) = ((cosine * h[before, j]) + (sine * h[last, j]), (cosine * h[last, j]) - (sine * h[before, j]));
        for (int i = 0; i <= last; i++)
            (h[i, before], h[i, last]) = ((cosine * h[i, before]) + (sine * h[i, last]), (cosine * h[i, last]) - (sine * h[i, before]));
        for (int i = 0; i < n; i++)
            (v[i, before], v[i, last]) = ((cosine * v[i, before]) + (sine * v[i, last]), (cosine * v[i, last]) - (sine * v[i, before]));
    }

    private void Step(int first, int last, int steps)
    {
        double x = h[last, last], y = h[last - 1, last - 1], w = h[last, last - 1] * h[last - 1, last];
        // Where the usual shifts go round in circles.
        if (steps % 20 == 10)
        {
            shift += x;
            for (int i = 0; i <= last; i++)
                h[i, i] -= x;
            double s = Math.Abs(h[last, last - 1]) + Math.Abs(h[last - 1, last - 2]);
            (x, y, w) = (0.75 * s, 0.75 * s, -0.4375 * s * s);
        }

        // Two small elements below the diagonal that follow each other: the step begins there.
        int start = last - 2;
        double p, q, r;
        for (; ; start--)
        {
            double z = h[start, start];
            p = ((((x - z) * (y - z)) - w) / h[start + 1, start]) + h[start, start + 1];
            q = h[start + 1, start + 1] - z - (x - z) - (y - z);
            r = h[start + 2, start + 1];
            double sum = Math.Abs(p) + Math.Abs(q) + Math.Abs(r);
            (p, q, r) = (p / sum, q / sum, r / sum);
            if (start == first || Math.Abs(h[start, start - 1]) * (Math.Abs(q) + Math.Abs(r))
                < Epsilon * Math.Abs(p) * (Math.Abs(h[start - 1, start - 1]) + Math.Abs(z) + Math.Abs(h[start + 1, start + 1])))
            {
                break;
            }
        }

        for (int i = start + 2; i <= last; i++)
        {
            h[i, i - 2] = 0;
            if (i > start + 2)
                h[i, i - 3] = 0;
        }

        for (int k = start; k < last; k++)
        {
            bool isThree = k != last - 1;
            double scale = 1;
            if (k != start)
            {
                (p, q, r) = (h[k, k - 1], h[k + 1, k - 1], isThree ? h[k + 2, k - 1] : 0);
                scale = Math.Abs(p) + Math.Abs(q) + Math.Abs(r);
                if (scale == 0)
                    continue;
                (p, q, r) = (p / scale, q / scale, r / scale);
            }

            double s = Math.CopySign(Math.Sqrt((p * p) + (q * q) + (r * r)), p);
            if (s == 0)
                continue;
            if (k != start)
                h[k, k - 1] = -s * scale;
            else if (first != start)
                h[k, k - 1] = -h[k, k - 1];
            p += s;
            Reflect(k, last, isThree, (p / s, q / s, r / s), (q / p, r / p));
        }
    }

    private void Reflect(int k, int last, bool isThree, (double X, double Y, double Z) u, (double Q, double R) w)
    {
        for (int j = k; j < n; j++)
        {
            double p = h[k, j] + (w.Q * h[k + 1, j]) + (isThree ? w.R * h[k + 2, j] : 0);
            h[k, j] -= p * u.X;
            h[k + 1, j] -= p * u.Y;
            if (isThree)
                h[k + 2, j] -= p * u.Z;
        }

        Columns(h, Math.Min(last, k + 3));
        Columns(v, n - 1);

        void Columns(double[,] matrix, int lastRow)
        {
            for (int i = 0; i <= lastRow; i++)
            {
                double p = (u.X * matrix[i, k]) + (u.Y * matrix[i, k + 1]) + (isThree ? u.Z * matrix[i, k + 2] : 0);
                matrix[i, k] -= p;
                matrix[i, k + 1] -= p * w.Q;
                if (isThree)
                    matrix[i, k + 2] -= p * w.R;
            }
        }
    }
}
