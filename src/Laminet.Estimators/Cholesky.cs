using System.Globalization;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// A = L Lᵀ of a symmetric positive definite matrix, Float64, and the systems that it solves. Each halves the matrix, so that nearly all of the work is matrix products:
/// L₂₁ = A₂₁ L₁₁⁻ᵀ, and L₂₂ is that of A₂₂ - L₂₁ L₂₁ᵀ.
/// </summary>
internal static class Cholesky
{
    // Below this size a product gains nothing.
    private const int Small = 64;

    /// <summary>L, with zeros above its diagonal.</summary>
    /// <param name="a">(size, size), of which what is above the diagonal is not read.</param>
    /// <exception cref="ArithmeticException">The matrix is not positive definite.</exception>
    public static Tensor Factor(Tensor a)
    {
        int size = a.Shape[0], half = size / 2;
        if (size <= Small)
            return FactorSmall(a);
        Tensor first = Factor(a.Slice(0, half).Slice(0, half, axis: 1)), lower = a.Slice(half, size);
        Tensor below = SolveLower(first, lower.Slice(0, half, axis: 1).Transpose()).Transpose();
        Tensor second = Factor(lower.Slice(half, size, axis: 1) - below.MatMul(below, transposeOther: true));
        return Tensor.Concatenate([Tensor.Concatenate([first, Tensor.Zeros([half, size - half], DType.Float64)], 1), Tensor.Concatenate([below, second], 1)], 0);
    }

    /// <summary>X of A X = B.</summary>
    /// <param name="l">The factor of A.</param>
    /// <param name="b">(size, columns).</param>
    public static Tensor Solve(Tensor l, Tensor b) => SolveUpper(l, SolveLower(l, b));

    // L X = B.
    private static Tensor SolveLower(Tensor l, Tensor b)
    {
        int size = l.Shape[0], half = size / 2;
        if (size <= Small)
            return SolveSmall(l, b, isUpper: false);
        Tensor first = SolveLower(l.Slice(0, half).Slice(0, half, axis: 1), b.Slice(0, half)), lower = l.Slice(half, size);
        Tensor second = SolveLower(lower.Slice(half, size, axis: 1), b.Slice(half, size) - lower.Slice(0, half, axis: 1).MatMul(first));
        return Tensor.Concatenate([first, second], 0);
    }

    // Lᵀ X = B.
    private static Tensor SolveUpper(Tensor l, Tensor b)
    {
        int size = l.Shape[0], half = size / 2;
        if (size <= Small)
            return SolveSmall(l, b, isUpper: true);
        Tensor lower = l.Slice(half, size), second = SolveUpper(lower.Slice(half, size, axis: 1), b.Slice(half, size));
        Tensor first = SolveUpper(l.Slice(0, half).Slice(0, half, axis: 1), b.Slice(0, half) - lower.Slice(0, half, axis: 1).MatMul(second, transposeThis: true));
        return Tensor.Concatenate([first, second], 0);
    }

    private static Tensor FactorSmall(Tensor a)
    {
        int size = a.Shape[0];
        double[] l = a.ToArray<double>();
        for (int row = 0; row < size; row++)
        {
            Span<double> own = l.AsSpan(row * size, size);
            for (int column = 0; column < row; column++)
                own[column] = (own[column] - TensorPrimitives.Dot<double>(own[..column], l.AsSpan(column * size, column))) / l[(column * size) + column];
            double square = own[row] - TensorPrimitives.Dot<double>(own[..row], own[..row]);
            if (!(square > 0))
                throw new ArithmeticException(string.Create(CultureInfo.InvariantCulture, $"Cholesky: received a matrix that is not positive definite (a pivot is {square})."));
            own[row] = Math.Sqrt(square);
            own[(row + 1)..].Clear();
        }

        return Tensor.From(l, [size, size]);
    }

    private static Tensor SolveSmall(Tensor l, Tensor b, bool isUpper)
    {
        (int size, int columns) = (b.Shape[0], b.Shape[1]);
        double[] factor = l.ToArray<double>(), x = b.ToArray<double>();
        for (int step = 0; step < size; step++)
        {
            int row = isUpper ? size - 1 - step : step;
            Span<double> own = x.AsSpan(row * columns, columns);
            for (int done = 0; done < step; done++)
            {
                int other = isUpper ? size - 1 - done : done;
                TensorPrimitives.MultiplyAdd(x.AsSpan(other * columns, columns), -(isUpper ? factor[(other * size) + row] : factor[(row * size) + other]), own, own);
            }

            TensorPrimitives.Divide(own, factor[(row * size) + row], own);
        }

        return Tensor.From(x, [size, columns]);
    }
}
