using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Reductions and running reductions.</summary>
internal static class Reductions
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["all"] = OfVectors(a => a.X.NotEqual(0).All(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["any"] = OfVectors(a => a.X.NotEqual(0).Any(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["amax"] = OfVectors(a => a.X.Max(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["amin"] = OfVectors(a => a.X.Min(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["aminmax"] = a => (a.Flag(-1, "keepdim") ? a.AsVectors().X : a.X) is Tensor x ? (x.Min(x.Rank == 0 ? Axes.All : a.Axes(-1, "dim"), a.Flag(-1, "keepdim")), x.Max(x.Rank == 0 ? Axes.All : a.Axes(-1, "dim"), a.Flag(-1, "keepdim"))) : a,
        ["argmax"] = OfVectors(a => Position(a, (x, axis, keep) => x.ArgMax(axis, keep))),
        ["argmin"] = OfVectors(a => Position(a, (x, axis, keep) => x.ArgMin(axis, keep))),
        ["count_nonzero"] = OfVectors(a => a.X.CountNonZero(a.Axes(1, "dim"))),
        ["logsumexp"] = OfVectors(a => a.X.LogSumExp(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["max/reduction_no_dim"] = a => a.X.Max(),
        ["min/reduction_no_dim"] = a => a.X.Min(),
        ["max/reduction_with_dim"] = OfVectors(a => Chosen(a, a.X.ArgMax(a.Int(1, "dim"), true))),
        ["min/reduction_with_dim"] = OfVectors(a => Chosen(a, a.X.ArgMin(a.Int(1, "dim"), true))),
        ["mean"] = OfVectors(a => Typed(a).Mean(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["nanmean"] = OfVectors(a => Typed(a).NanMean(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["nansum"] = OfVectors(a => Typed(a).NanSum(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["prod"] = OfVectors(a => Typed(a).Product(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["sum"] = OfVectors(a => Typed(a).Sum(a.Axes(1, "dim"), a.Flag(2, "keepdim"))),
        ["std"] = a => a.X.Std(Spread(a), a.Flag(3, "keepdim"), Correction(a)),
        ["var"] = a => a.X.Variance(Spread(a), a.Flag(3, "keepdim"), Correction(a)),
        ["std_mean"] = a => (a.X.Std(Spread(a), a.Flag(3, "keepdim"), Correction(a)), a.X.Mean(Spread(a), a.Flag(3, "keepdim"))),
        ["var_mean"] = a => (a.X.Variance(Spread(a), a.Flag(3, "keepdim"), Correction(a)), a.X.Mean(Spread(a), a.Flag(3, "keepdim"))),
        ["trace"] = a => a.X.Trace(),
        ["sum_to_size"] = a => SumTo(a.X, a.RestInts(1)),
        ["cumsum"] = OfVectors(a => Typed(a).CumSum(a.Int(1, "dim"))),
        ["cumprod"] = OfVectors(a => Typed(a).CumProd(a.Int(1, "dim"))),
        ["cummax"] = OfVectors(a => a.X.CumMax(a.Int(1, "dim"))),
        ["cummin"] = OfVectors(a => a.X.CumMin(a.Int(1, "dim"))),
        ["logcumsumexp"] = OfVectors(a => a.X.LogCumSumExp(a.Int(1, "dim"))),
        ["trapz"] = Trapezoid,
        ["trapezoid"] = Trapezoid,
        ["cumulative_trapezoid"] = a => Strips(a).CumSum(a.Int(-1, "dim", -1)),
        ["diff"] = Difference,
        ["gradient"] = Slopes,
        ["corrcoef"] = a => OneRow(a.X, x => x.CorrCoef()),
        ["cov"] = Covariance,
        ["histc"] = a => Histogram(a.X, a.Int(1, "bins", 100), a.Num(2, "min", 0), a.Num(3, "max", 0)),
        ["nn.functional.normalize"] = OfVectors(a => a.X.UnitNormalize(a.Int(2, "dim", 1), a.Num(1, "p", 2), a.Num(3, "eps", 1e-12))),
    };

    private static Tensor Typed(Arguments a) => a.Type(-1, "dtype") is DType type ? a.X.Cast(type) : a.X;

    private static Tensor Position(Arguments a, Func<Tensor, int, bool, Tensor> position)
    {
        if (a.Has(1, "dim"))
            return position(a.X, a.Int(1, "dim"), a.Flag(2, "keepdim"));
        Tensor found = position(a.X.Reshape(a.X.Length), 0, false);
        return a.Flag(2, "keepdim") ? found.Reshape(Shape.Create([.. Enumerable.Repeat(1, a.X.Rank)])) : found;
    }

    private static object Chosen(Arguments a, Tensor positions)
    {
        int axis = a.Int(1, "dim");
        Tensor values = a.X.TakeAlong(positions, axis);
        return a.Flag(2, "keepdim") ? (values, positions) : (values.Squeeze(axis), positions.Squeeze(axis));
    }

    // std(x, unbiased) and std(x, dim, unbiased, keepdim) are both there.
    private static Axes Spread(Arguments a) => a.Raw(1, "dim") is bool ? Laminet.Tensors.Axes.All : a.Axes(1, "dim");

    private static int Correction(Arguments a) => a.Has(-1, "correction") ? a.Int(-1, "correction") : a.Raw(1) is bool first ? (first ? 1 : 0) : a.Flag(2, "unbiased", true) ? 1 : 0;

    private static Tensor SumTo(Tensor x, int[] shape)
    {
        int front = x.Rank - shape.Length;
        int[] axes = [.. Enumerable.Range(0, x.Rank).Where(axis => axis < front || (shape[axis - front] == 1 && x.Shape[axis] != 1))];
        return (axes.Length == 0 ? x : x.Sum(axes, keepDims: true)).Reshape(Shape.Create(shape));
    }

    private static Tensor Trapezoid(Arguments a) => a.IsTensor(1, "x") ? a.X.Trapezoid(a.T(1, "x"), a.Int(-1, "dim", -1)) : a.X.Trapezoid(a.Num(-1, "dx", a.Num(1, "x", 1)), a.Int(-1, "dim", -1));

    private static Tensor Strips(Arguments a)
    {
        int axis = a.Int(-1, "dim", -1);
        Tensor sums = (a.X.Slice(1, axis: axis) + a.X.Slice(0, -1, axis: axis)) * 0.5;
        if (!a.IsTensor(1, "x"))
            return sums * a.Num(-1, "dx", a.Num(1, "x", 1));
        Tensor x = a.T(1, "x");
        return sums * (x.Rank == 1 ? x.Diff().Reshape(Shape.Create([.. sums.Shape.Select((length, i) => i == sums.Shape.Axis(axis) ? length : 1)])) : x.Diff(axis: axis));
    }

    private static Tensor Difference(Arguments a)
    {
        int axis = a.Int(2, "dim", -1);
        Tensor[] parts = [.. new[] { a.Maybe(3, "prepend"), a.X, a.Maybe(4, "append") }.OfType<Tensor>()];
        Tensor whole = parts.Length == 1 ? a.X : Tensor.Concatenate([.. parts.Select(part => part.Rank < a.X.Rank ? part.BroadcastTo(a.X.Shape.With(a.X.Shape.Axis(axis), 1)) : part)], axis);
        return a.Int(1, "n", 1) == 0 ? a.X : whole.Diff(Math.Min(a.Int(1, "n", 1), whole.Shape[whole.Shape.Axis(axis)]), axis);
    }

    // Differences of second order within, of the first or second at both ends. numpy.gradient.
    private static object[] Slopes(Arguments a)
    {
        int[] axes = a.Has(2, "dim") ? a.Ints(2, "dim") : [.. Enumerable.Range(0, a.X.Rank)];
        object?[]? spacings = a.Raw(1, "spacing") as object?[];
        int order = a.Int(3, "edge_order", 1);
        return axes.Select((axis, i) =>
        {
            int length = a.X.Shape[a.X.Shape.Axis(axis)];
            double[] places = spacings?[i] is Leaf leaf ? Numbers.Of(leaf.Value)
                : [.. Enumerable.Range(0, length).Select(k => k * (spacings?[i] is double each ? each : spacings?[i] is long whole ? whole : a.Num(1, "spacing", 1)))];
            var weights = Tensor.From(SlopeWeights(places, order), [length, length]).Cast(a.X.DType);
            return (object)weights.TensorDot(a.X.MoveAxis(axis, 0), 1).MoveAxis(0, a.X.Shape.Axis(axis));
        }).ToArray();
    }

    private static double[] SlopeWeights(double[] x, int order)
    {
        int n = x.Length;
        double[] weights = new double[n * n];
        for (int i = 1; i < n - 1; i++)
        {
            double before = x[i] - x[i - 1], after = x[i + 1] - x[i];
            weights[(i * n) + i - 1] = -after / (before * (before + after));
            weights[(i * n) + i] = (after - before) / (before * after);
            weights[(i * n) + i + 1] = before / (after * (before + after));
        }
        foreach ((int end, int sign) in new[] { (0, 1), (n - 1, -1) })
        {
            double first = sign * (x[end + sign] - x[end]);
            if (order == 1)
            {
                weights[(end * n) + end + sign] = sign / first;
                weights[(end * n) + end] = -sign / first;
                continue;
            }
            double second = sign * (x[end + (2 * sign)] - x[end + sign]);
            weights[(end * n) + end] = -sign * ((2 * first) + second) / (first * (first + second));
            weights[(end * n) + end + sign] = sign * (first + second) / (first * second);
            weights[(end * n) + end + (2 * sign)] = -sign * first / (second * (first + second));
        }
        return weights;
    }

    private static Tensor Covariance(Arguments a)
    {
        int correction = a.Int(-1, "correction", 1);
        Tensor x = a.X.Rank < 2 ? a.X.Reshape(1, a.X.Length) : a.X;
        if (!a.Has(-1, "fweights") && !a.Has(-1, "aweights"))
            return OneRow(x, rows => rows.Covariance(correction));
        // The weights keep their own types, as PyTorch's do.
        Tensor? frequencies = a.Maybe(-1, "fweights")?.Cast(DType.Float32), importances = a.Maybe(-1, "aweights");
        Tensor weights = frequencies is null ? importances! : importances is null ? frequencies : frequencies * importances;
        Tensor sum = weights.Sum();
        Tensor centred = x - ((x * weights).Sum(-1, true) / sum);
        Tensor norm = importances is null || correction == 0 ? sum - correction : sum - ((weights * importances).Sum() / sum * correction);
        Tensor covariance = (centred * weights).MatMul(centred, transposeOther: true) / norm.Maximum(norm.ZerosLike());
        return x.Shape[0] == 1 ? covariance.Reshape() : covariance;
    }

    // Of one variable the result is a scalar.
    private static Tensor OneRow(Tensor x, Func<Tensor, Tensor> function)
    {
        Tensor result = function(x.Rank < 2 ? x.Reshape(1, x.Length) : x);
        return result.Length == 1 ? result.Reshape() : result;
    }

    private static Tensor Histogram(Tensor x, int bins, double minimum, double maximum)
    {
        (double, double)? range = minimum == 0 && maximum == 0 ? null : (minimum, maximum);
        if (range is null && x.Length > 0 && x.Min().ToDouble() == x.Max().ToDouble())
            range = (x.Min().ToDouble() - 1, x.Max().ToDouble() + 1);
        return x.Reshape(x.Length).Histogram(bins, x.Length == 0 && range is null ? (0, 1) : range).Item1.Cast(x.DType);
    }
}
