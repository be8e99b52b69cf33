using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Norms of vectors and matrices.</summary>
internal static class Norms
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["linalg.vector_norm"] = OfVectors(a => Of(Typed(a), a.Axes(2, "dim"), a.Num(1, "ord", 2), a.Flag(3, "keepdim"))),
        ["linalg.matrix_norm"] = a => OfMatrix(Typed(a), a.Raw(1, "ord") ?? "fro", a.Ints(2, "dim") is { Length: 2 } axes ? (axes[0], axes[1]) : null, a.Flag(3, "keepdim")),
        ["linalg.norm"] = OfVectors(General),
        ["norm"] = OfVectors(a => a.Text(1, "p") == "fro" || !a.Has(1, "p") ? Typed(a).Norm(a.Axes(2, "dim"), 2, a.Flag(3, "keepdim"))
            : a.Text(1, "p") == "nuc" ? OfMatrix(Typed(a), "nuc", a.Ints(2, "dim") is { Length: 2 } axes ? (axes[0], axes[1]) : null, a.Flag(3, "keepdim"))
            : Of(Typed(a), a.Axes(2, "dim"), a.Num(1, "p"), a.Flag(3, "keepdim"))),
        ["renorm"] = a => Renorm(a.X, a.Num(1), a.Int(2), a.Num(3)),
        ["linalg.cond"] = Condition,
        ["linalg.matrix_rank"] = Rank,
    };

    /// <summary>A norm of any order, that of order 0 included, the number of elements that are not 0.</summary>
    public static Tensor Of(Tensor x, Axes axes, double order, bool keep) => order == 0 ? x.CountNonZero(axes, keep).Cast(x.DType) + (x * 0).Sum(axes, keep) : x.Norm(axes, order, keep);

    public static Tensor OfMatrix(Tensor x, object order, (int, int)? axes, bool keep) => x.MatrixNorm(order switch
    {
        "fro" => MatrixNormKind.Frobenius,
        "nuc" => MatrixNormKind.Nuclear,
        2L or 2.0 => MatrixNormKind.Spectral,
        -2L or -2.0 => MatrixNormKind.LeastSingular,
        1L or 1.0 => MatrixNormKind.LargestColumn,
        -1L or -1.0 => MatrixNormKind.SmallestColumn,
        double.PositiveInfinity => MatrixNormKind.LargestRow,
        double.NegativeInfinity => MatrixNormKind.SmallestRow,
        _ => throw new NotSupportedException($"A matrix norm of order {order}."),
    }, axes, keep);

    private static Tensor Typed(Arguments a) => a.Type(-1, "dtype") is DType type ? a.X.Cast(type) : a.X;

    // Of vectors or matrices, as the axes say.
    private static Tensor General(Arguments a)
    {
        Tensor x = Typed(a);
        int[] axes = a.Ints(2, "dim");
        object? order = a.Raw(1, "ord");
        bool keep = a.Flag(3, "keepdim");
        if (order is null)
            return x.Norm(a.Axes(2, "dim"), 2, keep);
        return axes.Length == 2 || (axes.Length == 0 && x.Rank == 2) ? OfMatrix(x, order, axes.Length == 2 ? (axes[0], axes[1]) : null, keep) : Of(x, a.Axes(2, "dim"), a.Num(1, "ord"), keep);
    }

    // Slices along an axis whose norm is above a bound are shortened to it.
    private static Tensor Renorm(Tensor x, double order, int axis, double bound)
    {
        int[] others = [.. Enumerable.Range(0, x.Rank).Where(each => each != x.Shape.Axis(axis))];
        Tensor norm = x.Norm(others, order, true);
        return x * Tensor.Where(norm.Greater(bound), bound / (norm + 1e-7), norm.OnesLike());
    }

    private static Tensor Condition(Arguments a)
    {
        if (!a.Has(1, "p") || (a.Raw(1, "p") is long and (2 or -2)))
        {
            Tensor values = a.X.SingularValues();
            return a.Raw(1, "p") is -2L ? values.At(-1, -1) / values.At(0, -1) : values.At(0, -1) / values.At(-1, -1);
        }
        return OfMatrix(a.X, a.Raw(1, "p")!, null, false) * OfMatrix(a.X.Inverse(), a.Raw(1, "p")!, null, false);
    }

    private static Tensor Rank(Arguments a)
    {
        Tensor sizes = a.Flag(-1, "hermitian") ? a.X.Eigvalsh().Abs() : a.X.SingularValues();
        if (sizes.Shape[^1] == 0)
            return Tensor.Zeros(sizes.Shape[..^1], DType.Int32);
        Tensor largest = sizes.Max(-1, true);
        double epsilon = (a.X.DType == DType.Float32 ? 1.1920928955078125e-7 : 2.220446049250313e-16) * Math.Max(a.X.Shape[^1], a.X.Shape[^2]);
        Tensor Given(string name, double otherwise) => a.Has(-1, name) ? a.IsTensor(-1, name) ? a.T(-1, name).ExpandDims(-1).Cast(a.X.DType) : Tensor.Scalar(a.Num(-1, name), a.X.DType) : Tensor.Scalar(otherwise, a.X.DType);
        Tensor absolute = a.Has(1, "tol") && a.IsTensor(1, "tol") ? a.T(1, "tol").ExpandDims(-1).Cast(a.X.DType) : a.Has(1, "tol") ? Tensor.Scalar(a.Num(1, "tol"), a.X.DType) : Given("atol", 0);
        bool isAbsolute = a.Has(1, "tol") || a.Has(-1, "atol");
        Tensor relative = Given("rtol", 0);
        if (!a.Has(-1, "rtol"))
            relative = isAbsolute ? Tensor.Where(absolute.Greater(0), relative, Tensor.Scalar(epsilon, a.X.DType)) : Tensor.Scalar(epsilon, a.X.DType);
        if (a.Has(1, "tol"))
            relative = Tensor.Scalar(0.0, a.X.DType);
        return sizes.Greater(absolute.Maximum(relative * largest)).CountNonZero(-1);
    }
}
