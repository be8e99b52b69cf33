namespace Laminet.Verification.Operations;

/// <summary>Linear algebra in the simplest loops, on the last two axes of grids.</summary>
internal static class SlowMatrices
{
    /// <summary>The result for each matrix of the outer axes, of the shape that it has.</summary>
    public static Grid Each(Grid[] grids, int[] shape, Func<double[][,], double[,]> function)
    {
        int[] outer = grids[0].Shape[..^2];
        int count = outer.Aggregate(1, (product, length) => product * length);
        return new Grid([.. outer, .. shape], [.. Enumerable.Range(0, count).SelectMany(i => function([.. grids.Select(grid => Matrix(grid, i))]).Cast<double>())]);
    }

    public static double[,] Multiply(double[,] a, double[,] b) => Make(a.GetLength(0), b.GetLength(1), (i, j) => Enumerable.Range(0, a.GetLength(1)).Sum(k => a[i, k] * b[k, j]));

    public static double[,] Transpose(double[,] a) => Make(a.GetLength(1), a.GetLength(0), (i, j) => a[j, i]);

    /// <summary>A with a number added to the diagonal, another for each place.</summary>
    public static double[,] Plus(double[,] a, Func<int, double> diagonal) => Make(a.GetLength(0), a.GetLength(1), (i, j) => a[i, j] + (i == j ? diagonal(i) : 0));

    public static double[,] Column(double[] values) => Make(values.Length, 1, (i, _) => values[i]);

    public static double[,] Make(int rows, int columns, Func<int, int, double> element)
    {
        double[,] matrix = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                matrix[i, j] = element(i, j);
        }

        return matrix;
    }

    /// <summary>Cholesky's factor, element by element.</summary>
    public static double[,] Cholesky(double[,] a)
    {
        int n = a.GetLength(0);
        double[,] l = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++)
                    sum -= l[i, k] * l[j, k];
                l[i, j] = i == j ? Math.Sqrt(sum) : sum / l[j, j];
            }
        }

        return l;
    }

    /// <summary>Gauss and Jordan's elimination with the largest pivot of a column: X of A X = B, and det A.</summary>
    public static (double[,] X, double Determinant) Eliminate(double[,] a, double[,] b)
    {
        (double[,] left, double[,] right) = ((double[,])a.Clone(), (double[,])b.Clone());
        int n = a.GetLength(0);
        double determinant = 1;
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(left[i, k]));
            determinant *= pivot == k ? left[pivot, k] : -left[pivot, k];
            Exchange(left, k, pivot);
            Exchange(right, k, pivot);
            for (int i = 0; i < n; i++)
            {
                double factor = i == k ? 0 : left[i, k] / left[k, k];
                for (int j = 0; j < n; j++)
                    left[i, j] -= factor * left[k, j];
                for (int j = 0; j < right.GetLength(1); j++)
                    right[i, j] -= factor * right[k, j];
            }
        }

        return (Make(n, right.GetLength(1), (i, j) => right[i, j] / left[i, i]), determinant);
    }

    /// <summary>U, s in descending order and V by rotations of pairs of columns until all are orthogonal (Hestenes, 1958); a wide matrix is transposed first.</summary>
    public static (double[,] U, double[] S, double[,] V) Singular(double[,] a)
    {
        if (a.GetLength(1) > a.GetLength(0))
            return Singular(Transpose(a)) is var (left, values, right) ? (right, values, left) : default;
        (int m, int n) = (a.GetLength(0), a.GetLength(1));
        (double[,] u, double[,] v) = ((double[,])a.Clone(), Make(n, n, (i, j) => i == j ? 1 : 0));
        for (int sweep = 0; sweep < 40; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    double alpha = Product(u, p, p), beta = Product(u, q, q), gamma = Product(u, p, q);
                    if (Math.Abs(gamma) <= 1e-17 * Math.Sqrt(alpha * beta))
                        continue;
                    double zeta = (beta - alpha) / (2 * gamma), t = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta))), c = 1 / Math.Sqrt(1 + (t * t));
                    Rotate(u, p, q, c, c * t);
                    Rotate(v, p, q, c, c * t);
                }
            }
        }

        double[] s = [.. Enumerable.Range(0, n).Select(j => Math.Sqrt(Product(u, j, j)))];
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(j => s[j])];
        return (Make(m, n, (i, j) => u[i, order[j]] / s[order[j]]), [.. order.Select(j => s[j])], Make(n, n, (i, j) => v[i, order[j]]));
    }

    /// <summary>U diag(f(s)) Vᵀ.</summary>
    public static double[,] OfSingular(double[,] a, Func<double, double> f)
    {
        (double[,] u, double[] s, double[,] v) = Singular(a);
        return Multiply(Make(u.GetLength(0), s.Length, (i, j) => u[i, j] * f(s[j])), Transpose(v));
    }

    /// <summary>exp(A), its series of A / 1024, squared ten times.</summary>
    public static double[,] Exponential(double[,] a)
    {
        int n = a.GetLength(0);
        double[,] small = Make(n, n, (i, j) => a[i, j] / 1024), term = Make(n, n, (i, j) => i == j ? 1 : 0), sum = term;
        for (int k = 1; k < 16; k++)
        {
            double[,] next = Multiply(term, small);
            term = Make(n, n, (i, j) => next[i, j] / k);
            (double[,] before, double[,] added) = (sum, term);
            sum = Make(n, n, (i, j) => before[i, j] + added[i, j]);
        }

        for (int i = 0; i < 10; i++)
            sum = Multiply(sum, sum);
        return sum;
    }

    private static double[,] Matrix(Grid grid, int place)
    {
        (int rows, int columns) = (grid.Shape[^2], grid.Shape[^1]);
        return Make(rows, columns, (i, j) => grid.Values[(((place * rows) + i) * columns) + j]);
    }

    private static double Product(double[,] a, int p, int q) => Enumerable.Range(0, a.GetLength(0)).Sum(i => a[i, p] * a[i, q]);

    private static void Rotate(double[,] a, int p, int q, double c, double s)
    {
        for (int i = 0; i < a.GetLength(0); i++)
            (a[i, p], a[i, q]) = ((c * a[i, p]) - (s * a[i, q]), (s * a[i, p]) + (c * a[i, q]));
    }

    private static void Exchange(double[,] a, int i, int j)
    {
        for (int k = 0; k < a.GetLength(1); k++)
            (a[i, k], a[j, k]) = (a[j, k], a[i, k]);
    }
}
