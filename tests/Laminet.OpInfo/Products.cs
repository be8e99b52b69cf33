using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Products of vectors and matrices.</summary>
internal static class Products
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(new Dictionary<string, Func<Arguments, object>>
    {
        ["addbmm"] = a => Sum(a, a.T(1).MatMul(a.T(2)).Sum(0)),
        ["baddbmm"] = a => Sum(a, a.T(1).MatMul(a.T(2))),
        ["addmm"] = a => Sum(a, a.T(1).MatMul(a.T(2))),
        ["addmv"] = a => Sum(a, a.T(1).MatMul(a.T(2))),
        ["addr"] = a => Sum(a, a.T(1).Outer(a.T(2))),
        ["dot"] = a => a.X.Dot(a.T(1)),
        ["vdot"] = a => a.X.VDot(a.T(1)),
        ["linalg.vecdot"] = a => (a.X * a.T(1)).Sum(a.Int(-1, "dim", -1)),
        ["__rmatmul__"] = a => a.T(1).MatMul(a.X),
        ["outer"] = a => a.X.Outer(a.T(1)),
        ["inner"] = a => a.X.Inner(a.T(1)),
        ["kron"] = a => a.X.Kron(a.T(1)),
        ["cross"] = a => a.X.Cross(a.T(1), a.Int(2, "dim", Array.IndexOf([.. a.X.Shape], 3))),
        ["linalg.cross"] = a => a.X.Cross(a.T(1), a.Int(2, "dim", -1)),
        ["tensordot"] = a => a.Raw(2, "dims") is object?[] { Length: 2 } pairs ? a.X.TensorDot(a.T(1), Whole(pairs[0]), Whole(pairs[1])) : a.X.TensorDot(a.T(1), a.Int(2, "dims", 2)),
        ["einsum"] = a => Tensor.Einsum(a.Text(1), a.List(0)),
        ["linalg.multi_dot"] = a => a.List(0).Aggregate((x, y) => x.MatMul(y)),
        ["linalg.matrix_power"] = a => a.X.MatrixPower(a.Int(1, "n")),
        ["matrix_exp"] = a => a.X.MatrixExponential(),
        ["linalg.vander"] = a => a.AsVectors().X is Tensor x ? Powers(x, a.Int(-1, "N", x.Shape[^1])) : a,
        ["nn.functional.linear"] = a => a.Has(2, "bias") ? a.X.MatMul(a.T(1, "weight"), transposeOther: true) + a.T(2, "bias") : a.X.MatMul(a.T(1, "weight"), transposeOther: true),
        ["nn.functional.bilinear"] = a => Bilinear(a.X, a.T(1), a.T(2), a.Maybe(3, "bias")),
        ["nn.functional._scaled_dot_product_attention"] = Attention,
        ["cdist"] = a => Distances(a),
        ["nn.functional.pdist"] = a => Pairs(a.X, a.Num(1, "p", 2)),
        ["dist"] = a => Norms.Of(a.X - a.T(1), Laminet.Tensors.Axes.All, a.Num(2, "p", 2), false),
        ["nn.functional.pairwise_distance"] = a => (a.X - a.T(1) + a.Num(3, "eps", 1e-6)).Norm(-1, a.Num(2, "p", 2), a.Flag(4, "keepdim")),
        ["nn.functional.cosine_similarity"] = OfVectors(a => Cosine(a.X.BroadcastTo(Shape.Broadcast(a.X.Shape, a.T(1).Shape)), a.T(1).BroadcastTo(Shape.Broadcast(a.X.Shape, a.T(1).Shape)), a.Int(2, "dim", 1), a.Num(3, "eps", 1e-8))),
    }.Concat(Named(a => a.X.MatMul(a.T(1)), "matmul", "mm", "bmm", "mv")));

    public static Tensor Cosine(Tensor x, Tensor y, int axis, double epsilon) =>
        (x * y).Sum(axis) / (x.Norm(axis).Maximum(Tensor.Scalar(epsilon, x.DType)) * y.Norm(axis).Maximum(Tensor.Scalar(epsilon, x.DType)));

    private static int[] Whole(object? list) => [.. ((object?[])list!).Select(item => (int)(long)item!)];

    private static Tensor Sum(Arguments a, Tensor product) => (a.X * a.Num(-1, "beta", 1)) + (product * a.Num(-1, "alpha", 1));

    private static Tensor Powers(Tensor x, int count) => Tensor.Stack([.. Enumerable.Range(0, count).Select(power => x.Pow(power))], -1);

    private static Tensor Bilinear(Tensor x, Tensor y, Tensor weight, Tensor? bias)
    {
        Tensor result = Tensor.Einsum("...i,kij,...j->...k", x, weight, y);
        return bias is null ? result : result + bias;
    }

    // PyTorch 1.13 gives the weights besides.
    private static object Attention(Arguments a)
    {
        (Tensor q, Tensor k, Tensor v) = (a.X, a.T(1), a.T(2));
        Tensor scores = (q / Math.Sqrt(q.Shape[^1])).MatMul(k, transposeOther: true);
        if (a.Flag(-1, "is_causal"))
            scores = scores.MaskedFill(Tensor.Tri(scores.Shape[^2], scores.Shape[^1], dtype: DType.Bool).Not(), double.NegativeInfinity);
        if (a.Maybe(3, "attn_mask") is Tensor mask)
            scores = mask.DType == DType.Bool ? scores.MaskedFill(mask.Not(), double.NegativeInfinity) : scores + mask;
        Tensor weights = scores.Softmax();
        double dropped = a.Num(4, "dropout_p", 0);
        if (dropped > 0)
            weights = weights.Dropout(new RandomKey(3), dropped);
        return (weights.MatMul(v), weights);
    }

    private static Tensor Distances(Arguments a)
    {
        double order = a.Num(2, "p", 2);
        return order is 1 or 2 || double.IsPositiveInfinity(order) ? a.X.CDist(a.T(1), order) : Norms.Of(a.X.ExpandDims(-2) - a.T(1).ExpandDims(-3), -1, order, false);
    }

    private static Tensor Pairs(Tensor x, double order)
    {
        (int, int)[] pairs = [.. Enumerable.Range(0, x.Shape[0]).SelectMany(i => Enumerable.Range(i + 1, x.Shape[0] - i - 1).Select(j => (i, j)))];
        var first = Tensor.From([.. pairs.Select(pair => pair.Item1)]);
        var second = Tensor.From([.. pairs.Select(pair => pair.Item2)]);
        return Norms.Of(x.Gather(first) - x.Gather(second), -1, order, false);
    }
}
