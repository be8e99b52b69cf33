using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Reading at positions, diagonals and triangles.</summary>
internal static class Indexing
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["select"] = a => a.X.At(a.Int(2), a.Int(1)),
        ["slice"] = a => a.X.Slice(a.Int(2, "start", 0), a.Has(3, "end") ? a.Int(3, "end") : null, a.Int(4, "step", 1), a.Int(1, "dim", 0)),
        ["index_select"] = OfVectors(a => a.X.Gather(a.T(2), a.Int(1))),
        ["nn.functional.embedding"] = Embedding,
        ["gather"] = a => a.X.Rank == 0 ? a.T(2).Rank == 0 ? a.X : a.X.BroadcastTo(a.T(2).Shape) : a.X.GatherND(Places(a.T(2), a.Int(1), a.X)),
        ["take_along_dim"] = TakeAlong,
        ["take"] = a => a.X.Reshape(a.X.Length).Gather(FromEnd(a.T(1), a.X.Length)),
        ["masked_select"] = a => Shape.Broadcast(a.X.Shape, a.T(1).Shape) is Shape shape ? a.X.BroadcastTo(shape).Reshape(shape.ElementCount).MaskedSelect(a.T(1).BroadcastTo(shape).Reshape(shape.ElementCount)) : a,
        ["nonzero"] = a => a.Flag(-1, "as_tuple") ? a.AsVectors().X.NonZero().Unstack(1) : a.X.NonZero(),
        ["argwhere"] = a => a.X.NonZero(),
        ["__getitem__"] = a => Item(a.X, a.Raw(1) is object?[] items ? items : [a.Raw(1)]),
        ["diag"] = a => a.X.Diag(a.Int(1, "diagonal", 0)),
        ["diagflat"] = a => a.X.DiagFlat(a.Int(1, "offset", 0)),
        ["diagonal"] = a => a.X.Diagonal(a.Int(1, "offset", 0), a.Int(2, "dim1", 0), a.Int(3, "dim2", 1)),
        ["diag_embed"] = a => DiagonalOf(a.X, a.Int(1, "offset", 0), a.Int(2, "dim1", -2), a.Int(3, "dim2", -1)),
        ["tril"] = a => a.X.TriL(a.Int(1, "diagonal", 0)),
        ["triu"] = a => a.X.TriU(a.Int(1, "diagonal", 0)),
    };

    /// <summary>Places (..., rank) in an array for the positions along an axis that differ at each place.</summary>
    public static Tensor Places(Tensor positions, int axis, Tensor x)
    {
        axis = x.Shape.Axis(axis);
        Tensor indices = FromEnd(positions, x.Shape[axis]).Cast(DType.Int32);
        return Tensor.Stack([.. Enumerable.Range(0, x.Rank).Select(each => each == axis ? indices : Along(each, indices.Shape))], -1);
    }

    public static Tensor FromEnd(Tensor positions, int length) => Tensor.Where(positions.Less(0), positions + length, positions);

    private static Tensor Along(int axis, Shape shape) =>
        Tensor.Range(0, shape[axis]).Reshape(Shape.Create([.. shape.Select((length, i) => i == axis ? length : 1)])).BroadcastTo(shape);

    // Renormed rows and gradients scaled by how often a row is used are settings of PyTorch's training.
    private static Tensor Embedding(Arguments a) => a.Has(-1, "padding_idx") ? Padded(a.X, a.Int(-1, "padding_idx")).Gather(a.T(1)) : a.X.Gather(a.T(1));

    private static Tensor Padded(Tensor table, int row)
    {
        Tensor isRow = Tensor.Range(0, table.Shape[0]).Equal(row < 0 ? row + table.Shape[0] : row).Reshape(table.Shape[0], 1);
        return Tensor.Where(isRow, table.Detach(), table);
    }

    private static Tensor TakeAlong(Arguments a)
    {
        if (!a.Has(2, "dim"))
            return a.X.Reshape(a.X.Length).Gather(a.T(1).Reshape(a.T(1).Length));
        int axis = a.X.Shape.Axis(a.Int(2, "dim"));
        Shape common = Shape.Broadcast(a.X.Shape.With(axis, 1), a.T(1).Shape.With(axis, 1));
        return a.X.BroadcastTo(common.With(axis, a.X.Shape[axis])).TakeAlong(a.T(1).BroadcastTo(common.With(axis, a.T(1).Shape[axis])), axis);
    }

    // Whole numbers and slices first, then all lists of positions at once.
    private static Tensor Item(Tensor x, object?[] items)
    {
        int used = items.Count(item => item is not null and not Other { Kind: "ellipsis" }) + items.Count(item => item is Leaf { Value.DType: DType.Bool } mask && mask.Value.Rank > 1);
        var lists = new List<(int Axis, Tensor Positions)>();
        int axis = 0;
        foreach (object? item in items)
        {
            switch (item)
            {
                case null:
                    x = x.ExpandDims(axis++);
                    break;
                case Other:
                    axis += x.Rank - used;
                    break;
                case long position:
                    x = x.At((int)position, axis);
                    used--;
                    break;
                case SliceOf { Bounds: var bounds }:
                    x = x.Slice(bounds[0] ?? 0, bounds[1], bounds[2] ?? 1, axis++);
                    break;
                case Leaf { Value: { DType: DType.Bool } mask }:
                    lists.AddRange(mask.NonZero().Unstack(1).Select((column, i) => (axis + i, column)));
                    axis += mask.Rank;
                    break;
                case Leaf leaf:
                    lists.Add((axis++, leaf.Value.Cast(DType.Int32)));
                    break;
                case object?[] numbers when numbers.All(number => number is bool):
                    lists.Add((axis++, Tensor.From([.. numbers.Select((keep, i) => (keep is true, i)).Where(pair => pair.Item1).Select(pair => pair.i)])));
                    break;
                case object?[] numbers:
                    lists.Add((axis++, Tensor.From([.. numbers.Select(number => (int)(long)number!)])));
                    break;
                default:
                    throw new NotSupportedException($"An index of {item.GetType().Name}.");
            }
        }
        return lists.Count == 0 ? x : At(x, lists);
    }

    private static Tensor At(Tensor x, List<(int Axis, Tensor Positions)> lists)
    {
        int[] axes = [.. lists.Select(list => list.Axis)];
        Shape shape = lists.Select(list => list.Positions.Shape).Aggregate(Shape.Broadcast);
        Tensor places = Tensor.Stack([.. lists.Select(list => list.Positions.BroadcastTo(shape))], -1);
        Tensor found = x.Transpose([.. axes, .. Enumerable.Range(0, x.Rank).Except(axes)]).GatherND(places);
        bool together = axes.Zip(axes.Skip(1)).All(pair => pair.Second == pair.First + 1);
        int before = together ? axes[0] : 0;
        return before == 0 ? found : found.Transpose([.. Enumerable.Range(shape.Rank, before), .. Enumerable.Range(0, shape.Rank), .. Enumerable.Range(shape.Rank + before, found.Rank - shape.Rank - before)]);
    }

    private static Tensor DiagonalOf(Tensor x, int offset, int first, int second)
    {
        int length = x.Shape[^1], size = length + Math.Abs(offset), rank = x.Rank + 1;
        (int, int)[] borders = [.. Enumerable.Repeat((0, 0), rank - 2), (Math.Max(-offset, 0), Math.Max(offset, 0)), (Math.Max(offset, 0), Math.Max(-offset, 0))];
        Tensor matrix = (x.ExpandDims(-1) * Tensor.Identity(length, x.DType)).Pad(borders);
        (first, second) = ((first + rank) % rank, (second + rank) % rank);
        int[] order = [.. Enumerable.Repeat(-1, rank)];
        (order[first], order[second]) = (rank - 2, rank - 1);
        int outer = 0;
        return size == 0 ? matrix : matrix.Transpose([.. order.Select(axis => axis < 0 ? outer++ : axis)]);
    }
}
