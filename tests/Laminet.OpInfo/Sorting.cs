using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Order, ranks and sets.</summary>
internal static class Sorting
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["sort"] = OfVectors(a => Sorted(a.X, a.Int(1, "dim", -1), a.Flag(2, "descending"))),
        ["argsort"] = OfVectors(a => a.X.ArgSort(a.Int(1, "dim", -1), a.Flag(2, "descending"))),
        ["msort"] = a => a.X.Sort(0),
        ["topk"] = OfVectors(a => a.Flag(3, "largest", true) ? a.X.TopK(a.Int(1), a.Int(2, "dim", -1)) : (-a.X).TopK(a.Int(1), a.Int(2, "dim", -1)) is var (values, indices) ? (-values, indices) : a),
        ["kthvalue"] = OfVectors(a => Ranked(a.X, a.Int(2, "dim", -1), Tensor.Scalar(a.Int(1) - 1), a.Flag(3, "keepdim"))),
        ["median"] = OfVectors(a => Median(a, (x, axis) => Tensor.Scalar((x.Shape[axis] - 1) / 2))),
        ["nanmedian"] = OfVectors(a => Median(a, (x, axis) => ((x.IsNaN().Not().CountNonZero(axis, true) - 1).FloorDivide(2)).Maximum(Tensor.Scalar(0)))),
        ["quantile"] = a => Quantiles(a, (x, q, axes, keep, method) => x.Quantile(q, axes, keep, method)),
        ["nanquantile"] = a => Quantiles(a, (x, q, axes, keep, method) => x.NanQuantile(q, axes, keep, method)),
        ["mode"] = OfVectors(Mode),
        ["unique"] = a => a.Has(-1, "dim") ? UniqueSlices(a) : Whole(a),
        ["unique_consecutive"] = a => Runs(a.Has(-1, "dim") ? a.X.MoveAxis(a.Int(-1, "dim"), 0) : a.X.Reshape(a.X.Length), a, Tensor.Range(0, a.Has(-1, "dim") ? a.X.Shape[a.X.Shape.Axis(a.Int(-1, "dim"))] : a.X.Length)),
        ["isin"] = a => a.Flag(-1, "invert") ? a.X.IsIn(a.T(1)).Not() : a.X.IsIn(a.T(1)),
        ["bucketize"] = a => a.T(1).SearchSorted(a.X, a.Flag(-1, "right")),
        ["searchsorted"] = SearchSorted,
        ["histogram"] = Histogram,
    };

    private static (Tensor, Tensor) Sorted(Tensor x, int axis, bool descending)
    {
        Tensor order = x.ArgSort(axis, descending);
        return (x.TakeAlong(order, axis), order);
    }

    // The element of a rank along an axis, and its position.
    private static (Tensor, Tensor) Ranked(Tensor x, int axis, Tensor rank, bool keep)
    {
        (Tensor values, Tensor order) = Sorted(x, axis, false);
        rank = rank.BroadcastTo(x.Shape.With(x.Shape.Axis(axis), 1));
        (values, order) = (values.TakeAlong(rank, axis), order.TakeAlong(rank, axis));
        return keep ? (values, order) : (values.Squeeze(axis), order.Squeeze(axis));
    }

    private static object Median(Arguments a, Func<Tensor, int, Tensor> rank)
    {
        if (a.Has(1, "dim"))
            return Ranked(a.X, a.Int(1, "dim"), rank(a.X, a.X.Shape.Axis(a.Int(1, "dim"))), a.Flag(2, "keepdim"));
        Tensor flat = a.X.Reshape(a.X.Length);
        return Ranked(flat, 0, rank(flat, 0), false).Item1;
    }

    private static Tensor Quantiles(Arguments a, Func<Tensor, double, Axes, bool, QuantileMethod, Tensor> quantile)
    {
        QuantileMethod method = Enum.Parse<QuantileMethod>(a.Text(-1, "interpolation", "linear"), ignoreCase: true);
        Axes axes = a.Axes(2, "dim");
        bool keep = a.Flag(3, "keepdim") && a.X.Rank > 0;
        Tensor x = a.AsVectors().X;
        return a.IsTensor(1, "q") && a.T(1, "q").Rank > 0
            ? Tensor.Stack([.. Numbers.Of(a.T(1, "q")).Select(q => quantile(x, q, axes, keep, method))])
            : quantile(x, a.Num(1, "q"), axes, keep, method);
    }

    // The smallest of the most frequent numbers.
    private static object Mode(Arguments a)
    {
        int axis = a.X.Shape.Axis(a.Int(1, "dim", -1));
        Tensor last = a.X.MoveAxis(axis, -1);
        Tensor counts = last.ExpandDims(-1).Equal(last.ExpandDims(-2)).CountNonZero(-1);
        Tensor among = Tensor.Where(counts.Equal(counts.Max(-1, true)), last.Detach(), last.FullLike(double.PositiveInfinity));
        // The position of its last occurrence.
        Tensor place = (last.Shape[^1] - 1) - among.Flip(-1).ArgMin(-1, true);
        (Tensor values, Tensor places) = (last.TakeAlong(place).MoveAxis(-1, axis), place.MoveAxis(-1, axis));
        return a.Flag(2, "keepdim") ? (values, places) : (values.Squeeze(axis), places.Squeeze(axis));
    }

    private static object[] Whole(Arguments a)
    {
        (Tensor values, _, Tensor inverse, Tensor counts) = a.X.Unique();
        return Asked(a, values, inverse.Shape == a.X.Shape ? inverse : inverse.Reshape(a.X.Shape), counts);
    }

    private static object[] Asked(Arguments a, Tensor values, Tensor inverse, Tensor counts)
    {
        List<object> all = [values];
        if (a.Flag(-1, "return_inverse"))
            all.Add(inverse);
        if (a.Flag(-1, "return_counts"))
            all.Add(counts);
        return [.. all];
    }

    // Slices in the order of their numbers, the first the most important: sorted by the last number first, since sorting keeps the order of equals.
    private static object[] UniqueSlices(Arguments a)
    {
        Tensor slices = a.X.MoveAxis(a.Int(-1, "dim"), 0);
        Tensor rows = slices.Reshape(slices.Shape[0], slices.Length / Math.Max(1, slices.Shape[0]));
        Tensor order = Tensor.Range(0, rows.Shape[0]);
        for (int column = rows.Shape[1] - 1; column >= 0; column--)
            order = order.Gather(rows.At(column, 1).Gather(order).ArgSort());
        return Runs(slices.Gather(order), a, order);
    }

    // One of each run of equal slices along the first axis; order says where each slice was.
    private static object[] Runs(Tensor slices, Arguments a, Tensor order)
    {
        int count = slices.Shape[0];
        Tensor others = slices.Reshape(count, slices.Length / Math.Max(1, count));
        Tensor starts = count == 0 ? Tensor.Zeros([0], DType.Bool) : Tensor.Concatenate([Tensor.Ones([1], DType.Bool), others.Slice(1).NotEqual(others.Slice(0, -1)).Any(1)], 0);
        Tensor places = starts.NonZero().Reshape((int)starts.CountNonZero().ToDouble());
        Tensor values = slices.Gather(places);
        if (a.Has(-1, "dim"))
            values = values.MoveAxis(0, a.X.Shape.Axis(a.Int(-1, "dim")));
        Tensor run = starts.Cast(DType.Int32).CumSum(0) - 1;
        Tensor inverse = Tensor.Zeros([count], DType.Int32).ScatterUpdate(order.Reshape(count, 1), run.Cast(DType.Int32));
        Tensor counts = Tensor.Concatenate([places.Cast(DType.Int32), Tensor.From(count)], 0).Diff();
        return Asked(a, values, a.Has(-1, "dim") ? inverse : inverse.Reshape(a.X.Shape), counts);
    }

    private static Tensor SearchSorted(Arguments a)
    {
        (Tensor sorted, Tensor values) = (a.X, a.T(1));
        bool right = a.Flag(-1, "right") || a.Text(-1, "side") == "right";
        if (a.Maybe(-1, "sorter") is Tensor sorter)
            sorted = sorted.TakeAlong(sorter);
        if (sorted.Rank == 1)
            return sorted.SearchSorted(values, right);
        (Tensor row, Tensor each) = (sorted.ExpandDims(-2), values.ExpandDims(-1));
        return (right ? row.LessEqual(each) : row.Less(each)).CountNonZero(-1);
    }

    private static object Histogram(Arguments a)
    {
        Tensor flat = a.X.Reshape(a.X.Length);
        Tensor? weights = a.Maybe(-1, "weight")?.Reshape(a.X.Length);
        Tensor counts, borders;
        if (a.IsTensor(1, "bins"))
        {
            // Borders that are given: the interval by a search, the last border within the last interval.
            borders = a.T(1, "bins");
            int bins = borders.Length - 1;
            Tensor interval = Tensor.Where(flat.Equal(borders.At(bins)), Tensor.Full(flat.Shape, bins, DType.Int32), flat.Digitize(borders));
            Tensor marks = (weights ?? flat.OnesLike()).Cast(flat.DType);
            counts = interval.BinCount(marks, bins + 2).Slice(1, bins + 1).Cast(flat.DType);
        }
        else
        {
            int[] none = [];
            double[] range = a.Raw(-1, "range") is object?[] ends ? [.. ends.Select(end => Convert.ToDouble(end, System.Globalization.CultureInfo.InvariantCulture))] : none.Select(end => (double)end).ToArray();
            (double, double)? given = range.Length == 2 ? (range[0], range[1]) : flat.Length == 0 ? (0, 1) : null;
            (counts, borders) = flat.Histogram(a.Int(1, "bins"), given, weights);
            (counts, borders) = (counts.Cast(flat.DType), borders.Cast(flat.DType));
        }
        return (a.Flag(-1, "density") ? counts / (counts.Sum() * borders.Diff()) : counts, borders);
    }
}
