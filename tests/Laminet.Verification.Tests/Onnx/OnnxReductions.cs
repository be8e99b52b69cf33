using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Reductions, running sums, sorting and normalizations.</summary>
internal static class OnnxReductions
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("ReduceL1", e => Reduced(e, (x, axes, keep) => x.Abs().Sum(axes, keep))),
        Of("ReduceL2", e => Reduced(e, (x, axes, keep) => x.Square().Sum(axes, keep).Sqrt())),
        Of("ReduceLogSum", e => Reduced(e, (x, axes, keep) => x.Sum(axes, keep).Log())),
        Of("ReduceLogSumExp", e => Reduced(e, (x, axes, keep) => x.LogSumExp(axes, keep))),
        Of("ReduceMax", e => Reduced(e, (x, axes, keep) => x.DType == DType.Bool ? x.Any(axes, keep) : x.Length > 0 ? x.Max(axes, keep) : x.Sum(axes, keep) + double.NegativeInfinity)),
        Of("ReduceMean", e => Reduced(e, (x, axes, keep) => x.Mean(axes, keep))),
        Of("ReduceMin", e => Reduced(e, (x, axes, keep) => x.DType == DType.Bool ? x.All(axes, keep) : x.Length > 0 ? x.Min(axes, keep) : x.Sum(axes, keep) + double.PositiveInfinity)),
        Of("ReduceProd", e => Reduced(e, (x, axes, keep) => x.Product(axes, keep))),
        Of("ReduceSum", e => Reduced(e, (x, axes, keep) => x.Sum(axes, keep))),
        Of("ReduceSumSquare", e => Reduced(e, (x, axes, keep) => x.Square().Sum(axes, keep))),
        Of("ArgMax", e => Place(e, (x, axis, keep) => x.ArgMax(axis, keep))),
        Of("ArgMin", e => Place(e, (x, axis, keep) => x.ArgMin(axis, keep))),
        Of("CumSum", e => Running(e, 0, (x, axis) => x.CumSum(axis))),
        Of("CumProd", e => Running(e, 1, (x, axis) => x.CumProd(axis))),
        Of("TopK", TopK),
        Of("Unique", Unique),
        Of("NonZero", e => e.X.NonZero().Transpose()),
        Of("Softmax", e => e.X.Softmax(e.Int("axis", -1))),
        Of("LogSoftmax", e => e.X.LogSoftmax(e.Int("axis", -1))),
        Of("Hardmax", e => e.X.ArgMax(e.Int("axis", -1)).OneHot(e.X.Shape[Axis(e.Int("axis", -1), e.X.Rank)], e.X.DType).MoveAxis(-1, e.Int("axis", -1))),
        Of("LpNormalization", e => e.X.DivideNoNan(e.X.Norm(e.Int("axis", -1), e.Int("p", 2), keepDims: true))),
        Of("MeanVarianceNormalization", e => (e.X - e.X.Mean(e.Ints("axes") ?? [0, 2, 3], keepDims: true)) / (e.X.Std(e.Ints("axes") ?? [0, 2, 3], keepDims: true) + 1e-9)),
        Of("BatchNormalization", BatchNormalization),
        Of("InstanceNormalization", e => e.X.MoveAxis(1, -1).GroupNormalize(e.X.Shape[1], e.Y, e.In(2), e.Num("epsilon", 1e-5)).MoveAxis(-1, 1)),
        Of("GroupNormalization", e => e.X.MoveAxis(1, -1).GroupNormalize(e.Int("num_groups", 1), e.Y, e.In(2), e.Num("epsilon", 1e-5)).MoveAxis(-1, 1)),
        Of("LayerNormalization", LayerNormalization),
        Of("RMSNormalization", e => e.X.RmsNormalize(e.Y, e.Num("epsilon", 1e-5), From(e.Int("axis", -1), e.X.Rank))),
        Of("LRN", e => e.X.MoveAxis(1, -1).LocalResponseNormalize(e.Int("size", 1), e.Num("alpha", 1e-4), e.Num("beta", 0.75), e.Num("bias", 1)).MoveAxis(-1, 1)),
    ];

    public static int Axis(int axis, int rank) => axis < 0 ? axis + rank : axis;

    // Axes of an input; none means all, or nothing to do.
    private static Tensor Reduced(OnnxExample e, Func<Tensor, Axes, bool, Tensor> reduce)
    {
        int[] axes = e.Whole(1) ?? [];
        return axes.Length == 0 && e.Flag("noop_with_empty_axes") ? e.X : reduce(e.X, axes.Length == 0 ? Axes.All : axes, e.Flag("keepdims", true));
    }

    // The last of equal ones is the first from the end.
    private static Tensor Place(OnnxExample e, Func<Tensor, int, bool, Tensor> place)
    {
        int axis = e.Int("axis", 0);
        return e.Flag("select_last_index") ? e.X.Shape[Axis(axis, e.X.Rank)] - 1 - place(e.X.Flip(axis), axis, e.Flag("keepdims", true)) : place(e.X, axis, e.Flag("keepdims", true));
    }

    private static Tensor Running(OnnxExample e, long first, Func<Tensor, int, Tensor> run)
    {
        int axis = Axis(e.Whole(1)![0], e.X.Rank);
        Tensor x = e.Flag("reverse") ? e.X.Flip(axis) : e.X;
        if (e.Flag("exclusive"))
            x = x.Slice(0, x.Shape[axis] - 1, axis: axis).Pad([.. Enumerable.Range(0, x.Rank).Select(i => (i == axis ? 1 : 0, 0))], (double)first);
        x = run(x, axis).Cast(x.DType);
        return e.Flag("reverse") ? x.Flip(axis) : x;
    }

    private static Tensor[] TopK(OnnxExample e)
    {
        int k = e.Whole(1)![0], axis = e.Int("axis", -1);
        if (e.Flag("largest", true))
        {
            (Tensor values, Tensor places) = e.X.TopK(k, axis);
            return [values, places];
        }

        Tensor order = e.X.ArgSort(axis).Slice(0, k, axis: Axis(axis, e.X.Rank));
        return [e.X.TakeAlong(order, axis), order];
    }

    // Of whole slices where there is an axis: a slice's number is that of its distances from all, which are 0 first where an equal one is.
    private static Tensor[] Unique(OnnxExample e)
    {
        bool isFlat = !e.Has("axis");
        Tensor slices = isFlat ? e.X.Reshape(-1, 1) : e.X.MoveAxis(e.Int("axis", 0), 0);
        Tensor rows = slices.Reshape(slices.Shape[0], -1);
        // By columns from the last to the first, since each sort keeps the order of equal ones.
        Tensor order = Tensor.Range(0, rows.Shape[0]);
        if (e.Flag("sorted", true))
        {
            for (int column = rows.Shape[1] - 1; column >= 0; column--)
                order = order.Gather(rows.Gather(order).At(column, 1).ArgSort());
        }

        Tensor equal = rows.ExpandDims(1).Equal(rows).All(-1).Cast(DType.Int32);
        Tensor firstOfEach = equal.ArgMax(1);
        Tensor isFirst = firstOfEach.Equal(Tensor.Range(0, rows.Shape[0]));
        Tensor places = order.MaskedSelect(isFirst.Gather(order));
        Tensor inverse = firstOfEach.ExpandDims(1).Equal(places).Cast(DType.Int32).ArgMax(1);
        Tensor values = slices.Gather(places);
        return [isFlat ? values.Reshape(-1) : values.MoveAxis(0, e.Int("axis", 0)), places, inverse, inverse.BinCount()];
    }

    private static Tensor[] BatchNormalization(OnnxExample e)
    {
        Tensor x = e.X.MoveAxis(1, -1);
        double epsilon = e.Num("epsilon", 1e-5), momentum = e.Num("momentum", 0.9);
        if (!e.Flag("training_mode"))
            return [x.Normalize(e.In(3), e.In(4), e.Y, e.In(2), epsilon).MoveAxis(-1, 1)];
        Tensor result = x.BatchNormalize(out Tensor mean, out Tensor variance, e.Y, e.In(2), epsilon);
        return [result.MoveAxis(-1, 1), (e.In(3) * momentum) + (mean * (1 - momentum)), (e.In(4) * momentum) + (variance * (1 - momentum))];
    }

    private static int[] From(int axis, int rank) => [.. Enumerable.Range(Axis(axis, rank), rank - Axis(axis, rank))];

    private static Tensor[] LayerNormalization(OnnxExample e)
    {
        int[] axes = From(e.Int("axis", -1), e.X.Rank);
        double epsilon = e.Num("epsilon", 1e-5);
        (Tensor mean, Tensor variance) = e.X.Moments(axes, keepDims: true);
        return [e.X.LayerNormalize(e.Y, e.Maybe(2), epsilon, axes), mean, (variance + epsilon).Rsqrt()];
    }
}
