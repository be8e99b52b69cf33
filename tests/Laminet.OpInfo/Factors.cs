using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Factors of matrices, and what is solved with them.</summary>
internal static class Factors
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(new Dictionary<string, Func<Arguments, object>>
    {
        ["linalg.cholesky_ex"] = a => (Symmetric(a.X).Cholesky(a.Flag(-1, "upper")), NoInfo(a.X)),
        ["cholesky_inverse"] = a => a.Flag(1, "upper") ? (a.X.TriU(1) + Identity(a.X)).CholeskyInverse(true) : (a.X.TriL(-1) + Identity(a.X)).CholeskyInverse(),
        ["cholesky_solve"] = a => CholeskySolve(a.X, a.Flag(2, "upper") ? a.T(1).TriU() : a.T(1).TriL(), a.Flag(2, "upper")),
        ["linalg.inv"] = a => a.X.Inverse(),
        ["linalg.inv_ex"] = a => (a.X.Inverse(), NoInfo(a.X)),
        ["pinverse"] = a => a.X.PseudoInverse(a.Num(1, "rcond", 1e-15)),
        ["linalg.pinv/hermitian"] = a => Symmetric(a.X).PseudoInverse(),
        ["linalg.pinv/singular"] = a => a.X.MatMul(a.T(1), transposeOther: true).PseudoInverse(),
        ["linalg.pinv"] = a => a.Has(-1, "rtol") ? a.X.PseudoInverse(a.Num(-1, "rtol")) : a.X.PseudoInverse(),
        ["linalg.det"] = a => a.X.Determinant(),
        ["logdet"] = LogDeterminant,
        ["linalg.slogdet"] = a => a.X.SignLogDeterminant(),
        ["linalg.solve"] = a => Solve(a.X, a.T(1), a.Flag(-1, "left", true)),
        ["linalg.solve_ex"] = a => (Solve(a.X, a.T(1), a.Flag(-1, "left", true)), NoInfo(a.X)),
        ["linalg.solve_triangular"] = a => Triangular(a.X, a.T(1), a.Flag(-1, "upper"), a.Flag(-1, "left", true), a.Flag(-1, "unitriangular")),
        ["triangular_solve"] = a => (a.T(1).SolveTriangular(a.X, !a.Flag(2, "upper", true), a.Flag(3, "transpose"), a.Flag(4, "unitriangular")), a.T(1)),
        ["linalg.lu_factor"] = a => a.X.LUFactor() is var (lu, pivots) ? (lu, pivots + 1) : a,
        ["linalg.lu_factor_ex"] = a => a.X.LUFactor() is var (lu, pivots) ? (lu, pivots + 1, NoInfo(a.X)) : a,
        ["lu"] = a => a.X.LUFactor() is var (lu, pivots) ? a.Flag(2, "get_infos") ? (lu, pivots + 1, NoInfo(a.X)) : (lu, pivots + 1) : a,
        ["linalg.lu"] = a => a.X.LUFactor().Item1 is Tensor lu ? (Lower(lu), Upper(lu)) : a,
        ["lu_unpack"] = a => (Lower(a.X), Upper(a.X)),
        ["lu_solve"] = a => LuSolve(a.T(1), a.T(2), a.X, false),
        ["linalg.lu_solve"] = a => a.Flag(-1, "left", true) ? LuSolve(a.X, a.T(1), a.T(2), a.Flag(-1, "adjoint")) : LuSolve(a.X, a.T(1), a.T(2).SwapAxes(-1, -2), !a.Flag(-1, "adjoint")).SwapAxes(-1, -2),
        ["qr"] = a => a.X.QR(!a.Flag(1, "some", true)),
        ["linalg.qr"] = a => a.X.QR(a.Text(1, "mode") == "complete"),
        ["linalg.svd"] = a => Svd(a, a.Flag(1, "full_matrices", true)),
        ["svd"] = a => Svd(a, !a.Flag(1, "some", true)),
        ["linalg.svdvals"] = a => a.X.SingularValues(),
        ["linalg.eigh"] = a => Symmetric(a.X).Eigh() is var (values, vectors) ? (values, vectors.Abs()) : a,
        ["symeig"] = a => Symmetric(a.X).Eigh() is var (values, vectors) ? (values, vectors.Abs()) : a,
        ["linalg.eigvalsh"] = a => Symmetric(a.X).Eigvalsh(),
        ["linalg.lstsq"] = a => a.X.Lstsq(a.T(1)),
        ["linalg.eigvals"] = a => a.X.Eig() is var (values, _) ? new Pair(values.Item1, values.Item2) : a,
        ["linalg.eig"] = a => a.X.Eig() is var (values, vectors) ? (new Pair(values.Item1, values.Item2), vectors.Item1.Hypot(vectors.Item2)) : a,
        ["linalg.lstsq/grad_oriented"] = a => a.X.Lstsq(a.T(1)),
        ["linalg.tensorinv"] = a => TensorInverse(a.X, a.Int(1, "ind", 2)),
        ["linalg.tensorsolve"] = a => TensorSolve(a.X, a.T(1), a.Has(2, "dims") ? a.Ints(2, "dims") : []),
    }.Concat(Named(a => Symmetric(a.X).Cholesky(a.Flag(1, "upper")), "cholesky", "linalg.cholesky")));

    // PyTorch's "ex" functions tell instead of throwing whether a matrix has factors; those of the samples do.
    private static Tensor NoInfo(Tensor x) => Tensor.Zeros(x.Shape[..^2], DType.Int32);

    // What PyTorch's check of gradients makes of any matrix before it factors it.
    private static Tensor Symmetric(Tensor x) => x + x.SwapAxes(-1, -2);

    private static Tensor Identity(Tensor x) => Tensor.Identity(x.Shape[^1], x.DType);

    private static Tensor CholeskySolve(Tensor b, Tensor factor, bool upper)
    {
        Tensor half = factor.SolveTriangular(b, !upper, transpose: upper);
        return factor.SolveTriangular(half, !upper, transpose: !upper);
    }

    // NaN for a negative determinant.
    private static Tensor LogDeterminant(Arguments a)
    {
        (Tensor sign, Tensor logarithm) = a.X.SignLogDeterminant();
        return Tensor.Where(sign.Less(0), logarithm.FullLike(double.NaN), logarithm);
    }

    private static Tensor Solve(Tensor x, Tensor b, bool left) => left ? x.Solve(b) : x.SwapAxes(-1, -2).Solve(b.SwapAxes(-1, -2)).SwapAxes(-1, -2);

    private static Tensor Triangular(Tensor x, Tensor b, bool upper, bool left, bool unit) => left
        ? x.SolveTriangular(b, !upper, unitDiagonal: unit)
        : x.SolveTriangular(b.SwapAxes(-1, -2), !upper, transpose: true, unitDiagonal: unit).SwapAxes(-1, -2);

    private static Tensor Lower(Tensor lu)
    {
        (int rows, int columns) = (lu.Shape[^2], lu.Shape[^1]);
        int width = Math.Min(rows, columns);
        return lu.Slice(0, width, axis: -1).TriL(-1) + Tensor.Eye(rows, width, dtype: lu.DType);
    }

    private static Tensor Upper(Tensor lu) => lu.Slice(0, Math.Min(lu.Shape[^2], lu.Shape[^1]), axis: -2).TriU();

    // P A = L U; pivots count from 1.
    private static Tensor LuSolve(Tensor lu, Tensor pivots, Tensor b, bool adjoint)
    {
        Shape outer = Shape.Broadcast(lu.Shape[..^2], b.Shape[..^2]);
        int size = lu.Shape[^1];
        lu = lu.BroadcastTo(Shape.Create([.. outer, size, size]));
        b = b.BroadcastTo(Shape.Create([.. outer, .. b.Shape[^2..]]));
        Tensor order = Order(pivots.BroadcastTo(Shape.Create([.. outer, size])));
        if (!adjoint)
            return lu.SolveTriangular(lu.SolveTriangular(Rows(b, order), lower: true, unitDiagonal: true));
        Tensor solved = lu.SolveTriangular(lu.SolveTriangular(b, transpose: true), lower: true, transpose: true, unitDiagonal: true);
        return Rows(solved, order.ArgSort());
    }

    private static Tensor Rows(Tensor b, Tensor order) => b.TakeAlong(order.ExpandDims(-1).BroadcastTo(b.Shape), -2);

    // Which row comes where after the exchanges, one after the other.
    private static Tensor Order(Tensor pivots)
    {
        int size = pivots.Shape[^1];
        int[] exchanges = [.. Numbers.Of(pivots).Select(number => (int)number - 1)];
        int[] order = [.. Enumerable.Range(0, exchanges.Length).Select(i => i % size)];
        for (int i = 0; i < exchanges.Length; i++)
        {
            int first = i - (i % size);
            (order[i], order[first + exchanges[i]]) = (order[first + exchanges[i]], order[i]);
        }
        return Tensor.From(order, pivots.Shape);
    }

    // PyTorch's table takes sizes of the vectors, whose sign is free, and the values alone.
    private static object Svd(Arguments a, bool full)
    {
        (Tensor u, Tensor s, Tensor vh) = a.X.SVD(full);
        int k = s.Shape[^1];
        (u, vh) = (u.Slice(0, k, axis: -1), vh.Slice(0, k, axis: -2));
        return a.Process switch
        {
            "fn_U" => u.Abs(),
            "fn_S" => s,
            "fn_Vh" => (s, vh.Abs()),
            _ => (u.MatMul(vh), s),
        };
    }

    private static Tensor TensorInverse(Tensor x, int first)
    {
        int rows = x.Shape.Take(first).Aggregate(1, (product, length) => product * length);
        return x.Reshape(rows, x.Length / rows).Inverse().Reshape(Shape.Create([.. x.Shape.Skip(first), .. x.Shape.Take(first)]));
    }

    private static Tensor TensorSolve(Tensor x, Tensor b, int[] axes)
    {
        if (axes.Length > 0)
            x = x.Transpose([.. Enumerable.Range(0, x.Rank).Except(axes), .. axes]);
        int[] result = [.. x.Shape.Skip(b.Rank)];
        return x.Reshape(b.Length, b.Length).Solve(b.Reshape(b.Length)).Reshape(Shape.Create(result));
    }
}
