using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>Operators that move, repeat, join and cut.</summary>
internal static class Shapes
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(new Dictionary<string, Func<Arguments, object>>
    {
        ["broadcast_to"] = a => a.X.BroadcastTo(Shape.Create(a.Ints(1, "size"))),
        ["expand"] = a => Expand(a.X, a.RestInts(1)),
        ["expand_as"] = a => a.X.BroadcastTo(a.T(1).Shape),
        ["broadcast_tensors"] = a => Broadcast(a.Rest(0)),
        ["broadcast_shapes"] = a => Enumerable.Range(0, a.Count).Select(i => Shape.Create(a.Ints(i))).Aggregate(Shape.Broadcast) is Shape shape ? Tensor.From([.. shape.Select(length => (long)length)], [shape.Rank]) : a,
        ["clone"] = a => a.X.Contiguous(),
        ["contiguous"] = a => a.X.Contiguous(),
        ["reshape"] = a => Reshape(a.X, a.RestInts(1)),
        ["view"] = a => Reshape(a.X, a.RestInts(1)),
        ["reshape_as"] = a => a.X.Reshape(a.T(1).Shape),
        ["view_as"] = a => a.X.Reshape(a.T(1).Shape),
        ["ravel"] = a => a.X.Reshape(a.X.Length),
        ["flatten"] = a => Flatten(a.X, a.Int(1, "start_dim", 0), a.Int(2, "end_dim", -1)),
        ["unflatten"] = a => Unflatten(a.X, a.Int(1, "dim"), a.Ints(2, "sizes")),
        ["squeeze"] = a => Squeeze(a.X, a.Has(1, "dim") ? [a.Int(1, "dim")] : [.. Enumerable.Range(0, a.X.Rank)]),
        ["unsqueeze"] = a => a.X.ExpandDims(a.Int(1, "dim")),
        ["permute"] = a => a.X.Rank == 0 ? a.X : a.X.Transpose(a.RestInts(1)),
        ["transpose"] = a => a.X.Rank == 0 ? a.X : a.X.SwapAxes(a.Int(1), a.Int(2)),
        ["movedim"] = a => Move(a.X, a.Ints(1), a.Ints(2)),
        ["flip"] = a => a.X.Flip(a.Ints(1, "dims")),
        ["fliplr"] = a => a.X.Flip(1),
        ["flipud"] = a => a.X.Flip(0),
        ["roll"] = a => a.Has(2, "dims") ? a.Ints(2, "dims").Zip(a.Ints(1, "shifts")).Aggregate(a.X, (x, move) => x.Roll(move.Second, move.First)) : a.X.Roll(a.Int(1, "shifts")),
        ["rot90"] = a => a.Ints(2, "dims") is [int first, int second] ? a.X.Rot90(a.Int(1, "k", 1), first, second) : a.X.Rot90(a.Int(1, "k", 1)),
        ["repeat"] = a => Repeat(a.X, a.RestInts(1)),
        ["tile"] = a => Repeat(a.X, a.RestInts(1)),
        ["repeat_interleave"] = RepeatEach,
        ["cat"] = a => Tensor.Concatenate(a.List(0), a.Int(1, "dim", 0)),
        ["stack"] = a => Tensor.Stack(a.List(0), a.Int(1, "dim", 0)),
        ["hstack"] = a => Tensor.HStack(a.List(0)),
        ["vstack"] = a => Tensor.VStack(a.List(0)),
        ["dstack"] = a => Tensor.DStack(a.List(0)),
        ["column_stack"] = a => Tensor.ColumnStack(a.List(0)),
        ["block_diag"] = a => Blocks(a.Rest(0)),
        ["cartesian_prod"] = a => a.Rest(0) is [Tensor only] ? only : Tensor.Stack([.. Tensor.Meshgrid(a.Rest(0), swapFirst: false).Select(grid => grid.Reshape(grid.Length))], -1),
        ["combinations"] = a => Combinations(a.X, a.Int(1, "r", 2), a.Flag(2, "with_replacement")),
        ["meshgrid"] = a => Tensor.Meshgrid([.. a.Rest(0).Select(x => x.Reshape(x.Length))], a.Text(-1, "indexing") == "xy" && a.Rest(0).Length > 1),
        ["unbind"] = a => a.X.Unstack(a.Int(1, "dim", 0)),
        ["chunk"] = a => Split(a.X, (a.X.Shape[a.X.Shape.Axis(a.Int(2, "dim", 0))] + a.Int(1) - 1) / a.Int(1), a.Int(2, "dim", 0)),
        ["split"] = a => Split(a.X, a.Int(1), a.Int(2, "dim", 0)),
        ["split/list_args"] = a => a.X.Split(a.Ints(1), a.Int(2, "dim", 0)),
        ["split_with_sizes"] = a => a.X.Split(a.Ints(1), a.Int(2, "dim", 0)),
        ["tensor_split"] = a => Cut(a, 1, a.Int(2, "dim", 0)),
        ["hsplit"] = a => Cut(a, 1, a.X.Rank == 1 ? 0 : 1),
        ["vsplit"] = a => Cut(a, 1, 0),
        ["dsplit"] = a => Cut(a, 1, 2),
        ["unfold"] = a => Unfold(a.AsVectors().X, a.Int(1), a.Int(2), a.Int(3)) is Tensor frames && a.X.Rank == 0 ? frames.Reshape(a.Int(2)) : Unfold(a.AsVectors().X, a.Int(1), a.Int(2), a.Int(3)),
        ["atleast_1d"] = a => a.Rest(0).Select(x => x.Rank == 0 ? x.Reshape(1) : x).ToArray(),
        ["atleast_2d"] = a => a.Rest(0).Select(x => x.Rank < 2 ? x.Reshape(1, x.Length) : x).ToArray(),
        ["atleast_3d"] = a => a.Rest(0).Select(x => x.Rank < 2 ? x.Reshape(1, x.Length, 1) : x.Rank == 2 ? x.ExpandDims(-1) : x).ToArray(),
        ["fft.fftshift"] = a => Shift(a, 1),
        ["fft.ifftshift"] = a => Shift(a, -1),
    }.Concat(Named(a => a.X.Rank < 2 ? a.X : a.X.Transpose(), "T", "t", "H")).Concat(Named(a => a.X.Rank < 2 ? a.X : a.X.SwapAxes(-1, -2), "mT", "mH"))
        .Concat(Named(a => a.X.Slice(a.Int(2, "start"), a.Int(2, "start") + a.Int(3), axis: a.Int(1, "dim")), "narrow", "narrow_copy")));

    private static Tensor Expand(Tensor x, int[] sizes) => x.BroadcastTo(Shape.Create([.. sizes.Select((size, i) => size < 0 ? x.Shape[i - (sizes.Length - x.Rank)] : size)]));

    private static Tensor[] Broadcast(Tensor[] tensors)
    {
        Shape shape = tensors.Select(x => x.Shape).Aggregate(Shape.Broadcast);
        return [.. tensors.Select(x => x.BroadcastTo(shape))];
    }

    private static Tensor Reshape(Tensor x, int[] sizes) => x.Reshape(sizes);

    private static Tensor Flatten(Tensor x, int first, int last)
    {
        if (x.Rank == 0)
            return x.Reshape(1);
        (first, last) = (x.Shape.Axis(first), x.Shape.Axis(last));
        return x.Reshape(Shape.Create([.. x.Shape.Take(first), x.Shape.Skip(first).Take(last - first + 1).Aggregate(1, (product, length) => product * length), .. x.Shape.Skip(last + 1)]));
    }

    private static Tensor Unflatten(Tensor x, int axis, int[] sizes)
    {
        axis = x.Shape.Axis(axis);
        int known = sizes.Where(size => size >= 0).Aggregate(1, (product, size) => product * size);
        return x.Reshape(Shape.Create([.. x.Shape.Take(axis), .. sizes.Select(size => size < 0 ? x.Shape[axis] / known : size), .. x.Shape.Skip(axis + 1)]));
    }

    private static Tensor Squeeze(Tensor x, int[] axes)
    {
        if (x.Rank == 0)
            return x;
        foreach (int axis in axes.Select(axis => x.Shape.Axis(axis)).OrderDescending())
            x = x.Shape[axis] == 1 ? x.Squeeze(axis) : x;
        return x;
    }

    private static Tensor Move(Tensor x, int[] from, int[] to)
    {
        int[] order = [.. Enumerable.Repeat(-1, x.Rank)];
        for (int i = 0; i < from.Length; i++)
            order[x.Shape.Axis(to[i])] = x.Shape.Axis(from[i]);
        var others = new Queue<int>(Enumerable.Range(0, x.Rank).Except(order));
        return x.Transpose([.. order.Select(axis => axis < 0 ? others.Dequeue() : axis)]);
    }

    private static Tensor Repeat(Tensor x, int[] times)
    {
        int rank = Math.Max(times.Length, x.Rank);
        if (rank == 0)
            return x;
        int[] all = [.. Enumerable.Repeat(1, rank - times.Length), .. times];
        return x.Reshape(Shape.Create([.. Enumerable.Repeat(1, rank - x.Rank), .. x.Shape])).Tile(all);
    }

    private static Tensor RepeatEach(Arguments a)
    {
        if (!a.IsTensor(1, "repeats") || a.T(1, "repeats").Length == 1)
            return a.X.Repeat(a.Int(1, "repeats"), a.Has(2, "dim") ? a.Int(2, "dim") : null);
        int[] positions = [.. a.Ints(1, "repeats").SelectMany((times, i) => Enumerable.Repeat(i, times))];
        return a.X.Gather(Tensor.From(positions), a.Int(2, "dim"));
    }

    private static Tensor Blocks(Tensor[] blocks)
    {
        blocks = [.. blocks.Select(block => block.Rank < 2 ? block.Reshape(1, block.Length) : block)];
        int columns = blocks.Sum(block => block.Shape[1]), before = 0;
        var rows = new List<Tensor>();
        foreach (Tensor block in blocks)
        {
            rows.Add(block.Pad([(0, 0), (before, columns - before - block.Shape[1])]));
            before += block.Shape[1];
        }
        return Tensor.Concatenate(rows, 0);
    }

    private static Tensor Combinations(Tensor x, int count, bool again)
    {
        IEnumerable<int[]> Of(int first, int left) => left == 0 ? [[]] : Enumerable.Range(first, x.Length - first).SelectMany(i => Of(again ? i : i + 1, left - 1).Select(rest => (int[])[i, .. rest]));
        int[][] all = [.. Of(0, count)];
        return x.Gather(Tensor.From([.. all.SelectMany(one => one)], [all.Length, count]));
    }

    private static Tensor[] Split(Tensor x, int size, int axis)
    {
        int length = x.Shape[x.Shape.Axis(axis)];
        return x.Split([.. Enumerable.Range(0, Math.Max(1, (length + size - 1) / size)).Select(i => Math.Min(size, length - (i * size)))], axis);
    }

    // Into a number of parts, or at positions, which may lie beyond the end.
    private static Tensor[] Cut(Arguments a, int position, int axis)
    {
        if (a.Raw(position) is long || (a.Raw(position) is Leaf leaf && leaf.Value.Rank == 0))
            return a.X.ArraySplit(a.Int(position), axis);
        int length = a.X.Shape[a.X.Shape.Axis(axis)];
        int[] cuts = [0, .. a.Ints(position).Select(cut => Math.Clamp(cut < 0 ? cut + length : cut, 0, length)), length];
        return a.X.Split([.. cuts.Skip(1).Zip(cuts, (end, start) => Math.Max(0, end - start))], axis);
    }

    private static Tensor Unfold(Tensor x, int axis, int length, int step) => x.MoveAxis(axis, -1).Frames(length, step).MoveAxis(-2, x.Shape.Axis(axis));

    private static Tensor Shift(Arguments a, int sign)
    {
        int[] axes = a.Has(1, "dim") ? a.Ints(1, "dim") : [.. Enumerable.Range(0, a.X.Rank)];
        return axes.Aggregate(a.X, (x, axis) => x.Roll(sign > 0 ? x.Shape[x.Shape.Axis(axis)] / 2 : -(x.Shape[x.Shape.Axis(axis)] / 2), axis));
    }
}
