using System.Globalization;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// The least |H B - T|² + α |B|² by Householder's reflections (Golub: Numerical methods for solving linear least squares problems, 1965). Unlike the normal equations they do not square the condition of H, so
/// they also solve where columns are nearly multiples of each other.
/// </summary>
internal static class HouseholderLeastSquares
{
    // What is left of a column that depends on those before it: no more than rounding.
    private const double Rounding = 1e-15;

    /// <summary>B, Float64 (features, outputs).</summary>
    /// <param name="h">Float64 (examples, features).</param>
    /// <param name="targets">Float64 (examples, outputs).</param>
    /// <param name="alpha">The ridge: as if √α I were further examples, of targets 0.</param>
    /// <exception cref="ArithmeticException">Columns are multiples of each other, or there are fewer examples than features, and α is 0.</exception>
    public static Tensor Solve(Tensor h, Tensor targets, double alpha)
    {
        (int features, int outputs) = (h.Shape[1], targets.Shape[1]);
        Tensor all = Tensor.Concatenate([h, targets], 1).Transpose();
        if (alpha > 0)
            all = Tensor.Concatenate([all, Tensor.Concatenate([Tensor.Identity(features, DType.Float64) * Math.Sqrt(alpha), Tensor.Zeros([outputs, features], DType.Float64)], 0)], 1);
        int rows = all.Shape[1];
        // Each column of (H, T) lies together.
        double[] columns = all.ToArray<double>();
        if (rows < features)
            throw new ArithmeticException($"Least squares: received {rows} equations for {features} numbers.");
        double[] diagonal = new double[features];
        for (int pivot = 0; pivot < features; pivot++)
            diagonal[pivot] = Reflect(columns, rows, pivot);

        // R B = the reflected targets, from the last row on.
        double[] b = new double[features * outputs];
        for (int output = 0; output < outputs; output++)
        {
            Span<double> rest = Column(columns, rows, features + output);
            for (int row = features - 1; row >= 0; row--)
            {
                double value = b[(row * outputs) + output] = rest[row] / diagonal[row];
                TensorPrimitives.MultiplyAdd(Column(columns, rows, row)[..row], -value, rest[..row], rest[..row]);
            }
        }

        return Tensor.From(b, [features, outputs]);
    }

    // I - 2 v vᵀ / |v|² takes a column, from its pivot on, to (r, 0, ..., 0), and is applied to all columns after it; r is returned. Above its pivot the column keeps its part of R.
    private static double Reflect(double[] columns, int rows, int pivot)
    {
        Span<double> v = Column(columns, rows, pivot)[pivot..];
        double norm = TensorPrimitives.Norm<double>(v), r = v[0] > 0 ? -norm : norm, whole = TensorPrimitives.Norm<double>(Column(columns, rows, pivot));
        if (!(norm > Rounding * whole))
            throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture, $"Least squares: column {pivot} is a sum of multiples of those before it."));
        v[0] -= r;
        double square = -r * v[0];
        for (int column = pivot + 1; column < columns.Length / rows; column++)
        {
            Span<double> other = Column(columns, rows, column)[pivot..];
            TensorPrimitives.MultiplyAdd(v, -TensorPrimitives.Dot<double>(v, other) / square, other, other);
        }

        return r;
    }

    private static Span<double> Column(double[] columns, int rows, int column) => columns.AsSpan(column * rows, rows);
}
