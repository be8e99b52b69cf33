using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Writing at positions.</summary>
internal static class Scattering
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["masked_fill"] = a => a.IsTensor(2, "value") ? Tensor.Where(a.T(1), a.T(2, "value"), a.X) : a.X.BroadcastTo(Shape.Broadcast(a.X.Shape, a.T(1).Shape)).MaskedFill(a.T(1), a.Num(2, "value")),
        ["masked_scatter"] = a => MaskedScatter(a.X.BroadcastTo(Shape.Broadcast(a.X.Shape, a.T(1).Shape)), a.T(1), a.T(2)),
        ["index_fill"] = OfVectors(a => Write(a.X, a.Int(1), a.T(2), a.Operand(3, "value").BroadcastTo(a.X.Shape.With(a.X.Shape.Axis(a.Int(1)), a.T(2).Length)), ScatterMode.Assign)),
        ["index_copy"] = OfVectors(a => Write(a.X, a.Int(1), a.T(2), a.T(3), ScatterMode.Assign)),
        ["index_add"] = OfVectors(a => Write(a.X, a.Int(1), a.T(2), a.T(3) * a.Num(-1, "alpha", 1), ScatterMode.Add)),
        ["index_reduce"] = OfVectors(a => Reduced(a.X, Indexing.Places(AlongAxis(a.T(2), a.Int(1), a.T(3).Shape), a.Int(1), a.X), a.T(3), a.Text(4), a.Flag(-1, "include_self", true))),
        ["put"] = a => Put(a.X, a.T(1), a.T(2), a.Flag(3, "accumulate")),
        ["index_put"] = IndexPut,
        ["scatter"] = OfVectors(a => Scatter(a, a.Operand(3).BroadcastTo(a.IsTensor(3) ? a.T(3).Shape : a.T(2).Shape), a.Text(-1, "reduce") switch { "add" => ScatterMode.Add, "multiply" => ScatterMode.Multiply, _ => ScatterMode.Assign })),
        ["scatter_add"] = OfVectors(a => Scatter(a, a.T(3), ScatterMode.Add)),
        ["scatter_reduce"] = OfVectors(a => Reduced(a.X, Indexing.Places(a.T(2), a.Int(1), a.X), First(a.T(3), a.T(2).Shape), a.Text(4), a.Flag(-1, "include_self", true))),
        ["segment_reduce"] = SegmentReduce,
        ["select_scatter"] = a => a.X.UpdateAt(a.T(1).ExpandDims(a.X.Shape.Axis(a.Int(2))), Tensor.Scalar(a.Int(3) < 0 ? a.Int(3) + a.X.Shape[a.X.Shape.Axis(a.Int(2))] : a.Int(3)), a.Int(2)),
        ["slice_scatter"] = a => Write(a.X, a.Int(2), Tensor.ARange(a.Int(3), a.Int(4), a.Int(5, "step", 1), DType.Int32), a.T(1), ScatterMode.Assign),
        ["diagonal_scatter"] = a => DiagonalScatter(a.X, a.T(1), a.Int(2, "offset", 0), a.Int(3, "dim1", 0), a.Int(4, "dim2", 1)),
    };

    private static Tensor Write(Tensor x, int axis, Tensor positions, Tensor values, ScatterMode mode) =>
        x.MoveAxis(axis, 0).ScatterUpdate(Indexing.FromEnd(positions, x.Shape[x.Shape.Axis(axis)]).Reshape(positions.Length, 1), values.MoveAxis(axis, 0), mode).MoveAxis(0, x.Shape.Axis(axis));

    private static Tensor AlongAxis(Tensor positions, int axis, Shape shape) =>
        positions.Reshape(Shape.Create([.. shape.Select((length, i) => i == shape.Axis(axis) ? length : 1)])).BroadcastTo(shape);

    private static Tensor Scatter(Arguments a, Tensor source, ScatterMode mode) => a.X.ScatterUpdate(Indexing.Places(a.T(2), a.Int(1), a.X), First(source, a.T(2).Shape), mode);

    // Of the source no more than the positions is read.
    private static Tensor First(Tensor source, Shape shape) => Enumerable.Range(0, shape.Rank).Aggregate(source, (x, axis) => x.Slice(0, shape[axis], axis: axis));

    private static Tensor Reduced(Tensor x, Tensor places, Tensor source, string reduction, bool includeSelf)
    {
        (ScatterMode mode, double start) = reduction switch
        {
            "sum" or "mean" => (ScatterMode.Add, 0.0),
            "prod" => (ScatterMode.Multiply, 1),
            "amin" => (ScatterMode.Minimum, double.PositiveInfinity),
            _ => (ScatterMode.Maximum, double.NegativeInfinity),
        };
        Tensor from = includeSelf ? x : x.ScatterUpdate(places, source.FullLike(start));
        Tensor result = from.ScatterUpdate(places, source, mode);
        if (reduction != "mean")
            return result;
        Tensor counts = (includeSelf ? x.OnesLike() : x.ZerosLike()).ScatterUpdate(places, source.OnesLike(), ScatterMode.Add);
        return result / counts.Maximum(counts.OnesLike());
    }

    // Neighbouring segments along an axis, of lengths that differ from row to row of the axes before it, or by where each begins.
    private static Tensor SegmentReduce(Arguments a)
    {
        int axis = a.X.Shape.Axis(a.Int(-1, "axis", 0));
        Tensor given = a.Maybe(-1, "lengths") ?? a.T(-1, "offsets").Diff();
        int segments = given.Shape[^1], rows = given.Length / segments, length = a.X.Shape[axis];
        int[] lengths = [.. Numbers.Of(given).Select(number => (int)number)];
        int[] numbers = [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, segments).SelectMany(segment => Enumerable.Repeat((row * segments) + segment, lengths[(row * segments) + segment])))];
        // Of a row no more is read than the segments are long.
        int[] read = [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(row * length, lengths.Skip(row * segments).Take(segments).Sum()))];
        Tensor entries = a.X.Reshape(Shape.Create([rows * length, .. a.X.Shape.Skip(axis + 1)])).Gather(Tensor.From(read));
        var ids = Tensor.From(numbers);
        int all = rows * segments;
        double? initial = a.Has(-1, "initial") ? a.Num(-1, "initial") : null;
        Tensor counts = Tensor.From([.. lengths.Select(count => (double)count)]).Cast(a.X.DType).Reshape(Shape.Create([all, .. Enumerable.Repeat(1, entries.Rank - 1)]));
        Tensor result = a.Text(1, "reduce") switch
        {
            "max" => entries.SegmentMax(ids, all) is Tensor most && initial is double low ? most.Maximum(Tensor.Scalar(low, a.X.DType)) : entries.SegmentMax(ids, all),
            "min" => entries.SegmentMin(ids, all) is Tensor least && initial is double high ? least.Minimum(Tensor.Scalar(high, a.X.DType)) : entries.SegmentMin(ids, all),
            "prod" => entries.SegmentProd(ids, all) * (initial ?? 1),
            "sum" => entries.SegmentSum(ids, all) + (initial ?? 0),
            // Of none the mean is the initial number.
            _ => (entries.SegmentSum(ids, all) + (initial ?? 0)) / counts.Maximum(counts.OnesLike()),
        };
        return result.Reshape(Shape.Create([.. given.Shape, .. a.X.Shape.Skip(axis + 1)]));
    }

    private static Tensor Put(Tensor x, Tensor positions, Tensor source, bool add) =>
        x.Reshape(x.Length).ScatterUpdate(Indexing.FromEnd(positions, x.Length).Reshape(positions.Length, 1), source.Reshape(source.Length).Slice(0, positions.Length), add ? ScatterMode.Add : ScatterMode.Assign).Reshape(x.Shape);

    private static Tensor IndexPut(Arguments a)
    {
        Tensor[] lists = [.. a.List(1).SelectMany(list => list.DType == DType.Bool ? list.NonZero().Unstack(1) : [list])];
        Shape shape = lists.Select(list => list.Shape).Aggregate(Shape.Broadcast);
        Tensor places = Tensor.Stack([.. lists.Select(list => list.BroadcastTo(shape))], -1);
        Tensor values = a.T(2).BroadcastTo(Shape.Create([.. shape, .. a.X.Shape.Skip(lists.Length)]));
        return a.X.ScatterUpdate(places, values, a.Flag(3, "accumulate") ? ScatterMode.Add : ScatterMode.Assign);
    }

    private static Tensor MaskedScatter(Tensor x, Tensor mask, Tensor source)
    {
        Tensor all = mask.BroadcastTo(x.Shape).Reshape(x.Length);
        Tensor order = (all.Cast(DType.Int32).CumSum(0) - 1).Maximum(Tensor.Scalar(0));
        return Tensor.Where(all, source.Reshape(source.Length).Gather(order), x.Reshape(x.Length)).Reshape(x.Shape);
    }

    private static Tensor DiagonalScatter(Tensor x, Tensor source, int offset, int first, int second)
    {
        (first, second) = (x.Shape.Axis(first), x.Shape.Axis(second));
        int[] order = [.. Enumerable.Range(0, x.Rank).Where(axis => axis != first && axis != second), first, second];
        Tensor matrices = x.Transpose(order);
        (int rows, int columns) = (matrices.Shape[^2], matrices.Shape[^1]);
        Tensor along = offset >= 0 ? Tensor.Range(0, rows).Reshape(rows, 1) : Tensor.Range(0, columns).Reshape(1, columns);
        Tensor spread = source.Gather(along.BroadcastTo([rows, columns]).Minimum(Tensor.Scalar(Math.Max(source.Shape[^1] - 1, 0))), source.Rank - 1);
        Tensor result = Tensor.Where(Tensor.Eye(rows, columns, offset, DType.Bool), spread, matrices);
        return result.Transpose([.. Enumerable.Range(0, x.Rank).Select(axis => Array.IndexOf(order, axis))]);
    }
}
