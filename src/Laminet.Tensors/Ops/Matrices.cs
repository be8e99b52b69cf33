namespace Laminet.Tensors.Ops;

/// <summary>What operations on matrices, the last two axes, share.</summary>
internal static class Matrices
{
    public static TensorSpec Require(string operation, TensorSpec matrices)
    {
        Check.Float(operation, matrices);
        return matrices.Shape.Rank >= 2
            ? matrices
            : throw new ShapeException($"{operation}: received numbers of shape {matrices.Shape}; expected matrices, (..., m, n). A vector is made a column by ExpandDims(-1).");
    }

    public static TensorSpec RequireSquare(string operation, TensorSpec matrices)
    {
        Require(operation, matrices);
        return matrices.Shape[-1] == matrices.Shape[-2]
            ? matrices
            : throw new ShapeException($"{operation}: received matrices of shape {matrices.Shape}; expected square ones, (..., n, n). QR, SVD, PseudoInverse and Lstsq take others.");
    }

    /// <summary>Both sides of a system, of one type and with the same outer axes.</summary>
    public static void RequireSystem(string operation, TensorSpec a, TensorSpec b)
    {
        RequireSquare(operation, a);
        Check.SameType(operation, a, b);
        if (b.Shape.Rank < 2 || b.Shape[-2] != a.Shape[-1])
            throw new ShapeException($"{operation}: received matrices of shape {a.Shape} and right sides of shape {b.Shape}; expected (..., {a.Shape[-1]}, k).");
    }

    /// <summary>Says which matrix failed, and why.</summary>
    public static void Throw(string operation, (int Matrix, int Status)? failure, Shape matrices, Func<int, string> reason)
    {
        if (failure is not { } first)
            return;
        string which = matrices.CountOf(..(matrices.Rank - 2)) == 1 ? "the matrix" : $"matrix {first.Matrix} of {matrices.CountOf(..(matrices.Rank - 2))}";
        throw new LinearAlgebraException($"{operation}: {which} {reason(first.Status)}");
    }

    /// <summary>The matrices transposed.</summary>
    public static Tensor Transposed(this Tensor x) => x.SwapAxes(-1, -2);

    /// <summary>The matrices with zeros above a diagonal; the main one has the offset 0.</summary>
    public static Tensor Lower(this Tensor x, int offset = 0) => x.MaskedBy(Below(x.Shape[-2], x.Shape[-1], offset));

    /// <summary>The matrices with zeros below the main diagonal.</summary>
    public static Tensor Upper(this Tensor x) => x.MaskedBy(Below(x.Shape[-2], x.Shape[-1], -1).Not());

    /// <summary>Diagonal matrices.</summary>
    public static Tensor Diagonals(Tensor x) => x.ExpandDims(-1) * Tensor.Identity(x.Shape[-1], x.DType);

    /// <summary>Half of a matrix and half of its transpose: the symmetric matrix that is nearest.</summary>
    public static Tensor Symmetric(this Tensor x) => (x + x.Transposed()) * 0.5;

    /// <summary>The matrix less its transpose.</summary>
    public static Tensor Skew(this Tensor x) => x - x.Transposed();

    /// <summary>1 / x, and 0 where the magnitude of x is not above a bound; its derivatives are 0 there too.</summary>
    public static Tensor SafeReciprocal(Tensor x, Tensor bound)
    {
        Tensor isSmall = x.Abs().LessEqual(bound);
        return (1 / Tensor.Where(isSmall, Tensor.Scalar(1, x.DType), x)).MaskedBy(isSmall.Not());
    }

    /// <summary>The outer axes of a shape with matrices of another one.</summary>
    public static Shape OfMatrices(this Shape outer, int rows, int columns) => [.. outer[..^2], rows, columns];

    private static Tensor Below(int rows, int columns, int offset) =>
        (Tensor.Range(0, rows).ExpandDims(-1) + offset).GreaterEqual(Tensor.Range(0, columns));
}

internal static class NotFinite
{
    public static void Throw(string operation, (int Matrix, int Status)? failure, Shape matrices) =>
        Matrices.Throw(operation, failure, matrices, _ => "holds a number that is not finite, or its steps did not converge.");
}
