using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <content>Factors of matrices, which are the last two axes. Each gives the first matrix that has no result, and why.</content>
internal static unsafe partial class CheckedKernels
{
    public static (int Matrix, int Status)? Cholesky(Tensor a, Tensor l)
    {
        RequireMatrices(a, l);
        Require(a.Shape[-1] == a.Shape[-2], "shape of square matrices");
        return Of(a, l) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Done(MatrixBatch.Run(Count(a), Cube(a) / 3, new CholeskyWork<T>(P<T>(a), P<T>(l), a.Shape[-1])), a, l);
    }

    public static (int Matrix, int Status)? SolveTriangular(Tensor a, Tensor b, Tensor x, bool isLower, bool isTransposed, bool hasUnitDiagonal)
    {
        RequireSystem(a, b, x);
        return Of(a, x) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => Done(
            MatrixBatch.Run(Count(b), (double)b.Shape[-2] * b.Shape[-2] * b.Shape[-1], new TriangularWork<T>(P<T>(a), P<T>(b), P<T>(x), b.Shape[-2], b.Shape[-1], isLower, isTransposed, hasUnitDiagonal)),
            a, b, x);
    }

    public static (int Matrix, int Status)? LowerUpper(Tensor a, Tensor lu, Tensor pivots, Tensor places)
    {
        RequireMatrices(a, lu);
        Require(pivots.DType == DType.Int32 && places.DType == DType.Int32 && pivots.IsContiguous && places.IsContiguous, "type of pivots");
        Require(pivots.Length == (long)Count(a) * Math.Min(a.Shape[-1], a.Shape[-2]) && places.Length == (long)Count(a) * a.Shape[-2], "number of pivots");
        return Of(a, lu) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => Done(
            MatrixBatch.Run(Count(a), Cube(a), new LowerUpperWork<T>(P<T>(a), P<T>(lu), P<int>(pivots), P<int>(places), a.Shape[-2], a.Shape[-1])), a, lu, pivots, places);
    }

    /// <summary>Without a right side, the inverse.</summary>
    public static (int Matrix, int Status)? Solve(Tensor a, Tensor? b, Tensor x, bool isTransposed)
    {
        RequireSystem(a, b ?? x, x);
        return Of(a, x) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Done(MatrixBatch.Run(Count(a), 2 * Cube(a), new SolveWork<T>(P<T>(a), Wanted<T>(b), P<T>(x), a.Shape[-1], x.Shape[-1], isTransposed)), a, x, b);
    }

    public static (int Matrix, int Status)? Determinant(Tensor a, Tensor? determinant, Tensor? sign, Tensor? logarithm)
    {
        foreach (Tensor? output in (Tensor?[])[determinant, sign, logarithm])
            Require(output is null || (output.Length == Count(a) && output.DType == a.DType && output.IsContiguous), "number of determinants");
        RequireMatrices(a, a);
        Require(a.Shape[-1] == a.Shape[-2], "shape of square matrices");
        return Of(a, a) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => Done(
            MatrixBatch.Run(Count(a), Cube(a), new DeterminantWork<T>(P<T>(a), Wanted<T>(determinant), Wanted<T>(sign), Wanted<T>(logarithm), a.Shape[-1])), a, determinant, sign, logarithm);
    }

    public static (int Matrix, int Status)? Qr(Tensor a, Tensor? q, Tensor? r, int p)
    {
        int m = a.Shape[-2], n = a.Shape[-1];
        RequireMatrices(a, a);
        RequirePart(q, a, m, p);
        RequirePart(r, a, p, n);
        return Of(a, a) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> => Done(MatrixBatch.Run(Count(a), 3 * Cube(a), new QrWork<T>(P<T>(a), Wanted<T>(q), Wanted<T>(r), m, n, p)), a, q, r);
    }

    public static (int Matrix, int Status)? SymmetricEigen(Tensor a, Tensor values, Tensor? vectors)
    {
        int n = a.Shape[-1];
        RequireMatrices(a, a);
        RequirePart(values, a, 1, n);
        RequirePart(vectors, a, n, n);
        Require(a.Shape[-2] == n, "shape of square matrices");
        return Of(a, values) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Done(MatrixBatch.Run(Count(a), 9 * Cube(a), new SymmetricEigenWork<T>(P<T>(a), P<T>(values), Wanted<T>(vectors), n)), a, values, vectors);
    }

    /// <summary>Either both sides' vectors or none.</summary>
    public static (int Matrix, int Status)? SingularValues(Tensor a, Tensor? left, Tensor values, Tensor? right, bool isFull)
    {
        int m = a.Shape[-2], n = a.Shape[-1], count = Math.Min(m, n);
        RequireMatrices(a, a);
        RequirePart(values, a, 1, count);
        RequirePart(left, a, m, isFull ? m : count);
        RequirePart(right, a, isFull ? n : count, n);
        Require(left is null == right is null, "sides of singular vectors");
        return Of(a, values) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Done(MatrixBatch.Run(Count(a), 20 * Cube(a), new SingularWork<T>(P<T>(a), Wanted<T>(left), P<T>(values), Wanted<T>(right), m, n, isFull)), a, left, values, right);
    }

    /// <summary>A⁺ B; without a right side, A⁺.</summary>
    public static (int Matrix, int Status)? LeastSquares(Tensor a, Tensor? b, Tensor x, double tolerance)
    {
        int m = a.Shape[-2], n = a.Shape[-1], columns = x.Shape[-1];
        RequireMatrices(a, a);
        RequirePart(b, a, m, columns);
        RequirePart(x, a, n, columns);
        Require(b is not null || columns == m, "shape of a pseudo-inverse");
        return Of(a, x) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Done(MatrixBatch.Run(Count(a), 22 * Cube(a), new LeastSquaresWork<T>(P<T>(a), Wanted<T>(b), P<T>(x), m, n, columns, T.CreateChecked(tolerance))), a, b, x);
    }

    public static (int Matrix, int Status)? Cofactors(Tensor a, Tensor result)
    {
        RequireMatrices(a, result);
        Require(a.Shape[-1] == a.Shape[-2], "shape of square matrices");
        return Of(a, result) ? Run<float>() : Run<double>();

        (int, int)? Run<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
            Done(MatrixBatch.Run(Count(a), 24 * Cube(a), new CofactorsWork<T>(P<T>(a), P<T>(result), a.Shape[-1])), a, result);
    }

    public static (int Matrix, int Status)? GeneralEigen(Tensor a, Tensor real, Tensor imaginary, Tensor realVectors, Tensor imaginaryVectors)
    {
        int n = a.Shape[-1];
        RequireMatrices(a, realVectors, imaginaryVectors);
        RequirePart(real, a, 1, n);
        RequirePart(imaginary, a, 1, n);
        Require(a.Shape[-2] == n && a.DType == DType.Float64, "type of a square matrix");
        return Done(
            MatrixBatch.Run(Count(a), 30 * Cube(a), new GeneralEigenWork(P<double>(a), P<double>(real), P<double>(imaginary), P<double>(realVectors), P<double>(imaginaryVectors), n)),
            a, real, imaginary, realVectors, imaginaryVectors);
    }

    public static void MatrixExponential(Tensor a, Tensor result)
    {
        RequireMatrices(a, result);
        Require(a.Shape[-1] == a.Shape[-2] && a.DType == DType.Float64, "type of a square matrix");
        Done(MatrixBatch.Run(Count(a), 20 * Cube(a), new ExponentialWork(P<double>(a), P<double>(result), a.Shape[-1])), a, result);
    }

    private static int Count(Tensor a) => a.Shape.CountOf(..(a.Rank - 2));

    private static double Cube(Tensor a) => (double)Math.Min(a.Shape[-1], a.Shape[-2]) * a.Shape[-1] * a.Shape[-2];

    // Whether the kernel is the one for single precision.
    private static bool Of(Tensor a, Tensor result)
    {
        Require(a.DType == result.DType && a.DType is DType.Float32 or DType.Float64, "type of matrices");
        return a.DType == DType.Float32;
    }

    private static void RequireMatrices(Tensor a, params ReadOnlySpan<Tensor> others)
    {
        Require(a.Rank >= 2 && a.IsContiguous, "strides of matrices");
        foreach (Tensor other in others)
            Require(other.IsContiguous && other.Shape == a.Shape && other.DType == a.DType, "shape of matrices");
    }

    private static void RequireSystem(Tensor a, Tensor b, Tensor x)
    {
        RequireMatrices(a, a);
        RequireMatrices(b, x);
        Require(a.Shape[-1] == a.Shape[-2] && b.Shape[-2] == a.Shape[-1] && Count(a) == Count(b) && a.DType == b.DType, "shape of a linear system");
    }

    private static void RequirePart(Tensor? part, Tensor a, int rows, int columns) =>
        Require(part is null || (part.Length == (long)Count(a) * rows * columns && part.DType == a.DType && part.IsContiguous), "shape of a factor");

    // The tensors live until here.
    private static (int Matrix, int Status)? Done((int Matrix, int Status)? failure, params ReadOnlySpan<Tensor?> operands)
    {
        foreach (Tensor? operand in operands)
            GC.KeepAlive(operand);
        return failure;
    }
}
