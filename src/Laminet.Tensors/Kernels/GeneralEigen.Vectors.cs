using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <content>Eigenvectors: those of the quasi-triangular matrix from below, then turned back.</content>
internal sealed partial class GeneralEigen
{
    /// <summary>An eigenvector of length 1, whose component of largest modulus (the first of several) is real and positive.</summary>
    public void Vector(int index, Span<double> realParts, Span<double> imaginaryParts)
    {
        bool isSecond = imaginary[index] < 0;
        int place = isSecond ? index - 1 : index;
        Complex[] vector = new Complex[n];
        Complex largest = 0;
        for (int i = 0; i < n; i++)
        {
            vector[i] = imaginary[index] == 0 ? v[i, index] : new Complex(v[i, place], isSecond ? -v[i, place + 1] : v[i, place + 1]);
            if (Complex.Abs(vector[i]) > Complex.Abs(largest) * (1 + 1e-12))
                largest = vector[i];
        }

        // The largest becomes 1 first, so that squares do not overflow.
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            vector[i] /= largest;
            sum += (vector[i].Real * vector[i].Real) + (vector[i].Imaginary * vector[i].Imaginary);
        }

        for (int i = 0; i < n; i++)
            (realParts[i], imaginaryParts[i]) = (vector[i].Real / Math.Sqrt(sum), vector[i].Imaginary / Math.Sqrt(sum));
    }

    private bool BackSubstitute()
    {
        if (norm == 0)
            return true;
        for (int column = n - 1; column >= 0; column--)
        {
            if (imaginary[column] == 0)
                RealColumn(column);
            else if (imaginary[column] < 0)
                ComplexColumn(column);
        }

        for (int j = n - 1; j >= 0; j--)
        {
            for (int i = 0; i < n; i++)
            {
                double sum = 0;
                for (int k = 0; k <= j; k++)
                    sum += v[i, k] * h[k, j];
                v[i, j] = sum;
            }
        }

        return true;
    }

    private void RealColumn(int column)
    {
        double p = real[column], z = 0, s = 0;
        int from = column;
        h[column, column] = 1;
        for (int i = column - 1; i >= 0; i--)
        {
            double w = h[i, i] - p, r = 0;
            for (int j = from; j <= column; j++)
                r += h[i, j] * h[j, column];
            if (imaginary[i] < 0)
            {
                // The lower row of a pair: solved with the upper one.
                (z, s) = (w, r);
                continue;
            }

            from = i;
            if (imaginary[i] == 0)
            {
                h[i, column] = -r / (w != 0 ? w : Epsilon * norm);
            }
            else
            {
                double x = h[i, i + 1], y = h[i + 1, i], q = ((real[i] - p) * (real[i] - p)) + (imaginary[i] * imaginary[i]), t = ((x * s) - (z * r)) / q;
                h[i, column] = t;
                h[i + 1, column] = Math.Abs(x) > Math.Abs(z) ? (-r - (w * t)) / x : (-s - (y * t)) / z;
            }

            double size = Math.Abs(h[i, column]);
            if (Epsilon * size * size <= 1)
                continue;
            for (int j = i; j <= column; j++)
                h[j, column] /= size;
        }
    }

    // Columns last - 1 and last hold the real and the imaginary part of the vector of the eigenvalue p + iq, q < 0.
    private void ComplexColumn(int last)
    {
        double p = real[last], q = imaginary[last], z = 0;
        int from = last - 1;
        Set(last - 1, Math.Abs(h[last, last - 1]) > Math.Abs(h[last - 1, last])
            ? new(q / h[last, last - 1], -(h[last, last] - p) / h[last, last - 1])
            : new Complex(0, -h[last - 1, last]) / new Complex(h[last - 1, last - 1] - p, q));
        Set(last, new(0, 1));
        Complex below = 0;
        for (int i = last - 2; i >= 0; i--)
        {
            Complex sum = 0;
            for (int j = from; j <= last; j++)
                sum += h[i, j] * At(j);
            double w = h[i, i] - p;
            if (imaginary[i] < 0)
            {
                (z, below) = (w, sum);
                continue;
            }

            from = i;
            if (imaginary[i] == 0)
            {
                Set(i, -sum / new Complex(w, q));
            }
            else
            {
                double x = h[i, i + 1], y = h[i + 1, i];
                Complex divisor = new(((real[i] - p) * (real[i] - p)) + (imaginary[i] * imaginary[i]) - (q * q), (real[i] - p) * 2 * q);
                if (divisor == 0)
                    divisor = Epsilon * norm * (Math.Abs(w) + Math.Abs(q) + Math.Abs(x) + Math.Abs(y) + Math.Abs(z));
                Complex upper = ((x * below) - (new Complex(z, q) * sum)) / divisor;
                Set(i, upper);
                Set(i + 1, Math.Abs(x) > Math.Abs(z) + Math.Abs(q) ? (-sum - (new Complex(w, q) * upper)) / x : (-below - (y * upper)) / new Complex(z, q));
            }

            double size = Math.Max(Math.Abs(h[i, last - 1]), Math.Abs(h[i, last]));
            if (Epsilon * size * size <= 1)
                continue;
            for (int j = i; j <= last; j++)
                Set(j, At(j) / size);
        }

        Complex At(int row) => new(h[row, last - 1], h[row, last]);

        void Set(int row, Complex value) => (h[row, last - 1], h[row, last]) = (value.Real, value.Imaginary);
    }
}
