namespace Laminet.Verification.Operations;

internal static class MovementCases
{
    public static IEnumerable<OpCase> Rows() => [.. Reshapes(), .. Transposes(), .. Copies(), .. Broadcasts(), .. Slices(), .. Parts(), .. Flips(), .. Pads(), .. Joins(), .. Splits()];

    private static IEnumerable<OpCase> Reshapes()
    {
        (int[] From, int[] Asked, int[] To)[] shapes =
        [
            ([], [1, 1], [1, 1]), ([6], [2, 3], [2, 3]), ([2, 3, 4], [4, -1], [4, 6]), ([2, 3, 4], [-1], [24]), ([1], [], []), ([0, 3], [3, 0], [3, 0]),
            ([33, 1031], [1031, 33], [1031, 33]),
        ];
        foreach ((int[] from, int[] asked, int[] to) in shapes)
        {
            yield return Same($"Reshape{OpCases.Text(from)}{OpCases.Text(asked)}", from, inputs => inputs[0].Reshape(asked), grids => grids[0] with { Shape = to });
        }

        yield return Same("ReshapeShape", [2, 6], inputs => inputs[0].Reshape(new Shape(3, 4)), grids => grids[0] with { Shape = [3, 4] });
        yield return Same("ExpandDimsFirst", [2, 3], inputs => inputs[0].ExpandDims(0), grids => grids[0] with { Shape = [1, 2, 3] });
        yield return Same("ExpandDimsLast", [2, 3], inputs => inputs[0].ExpandDims(-1), grids => grids[0] with { Shape = [2, 3, 1] });
        yield return Same("Squeeze", [2, 1, 3], inputs => inputs[0].Squeeze(1), grids => grids[0] with { Shape = [2, 3] });
        yield return Same("Detach", [2, 3], inputs => inputs[0].Detach(), grids => grids[0], differentiable: false);
    }

    private static IEnumerable<OpCase> Transposes()
    {
        (int[] Shape, int[] Axes)[] cases =
        [
            ([], []), ([5], []), ([3, 5], []), ([0, 4], []), ([2, 3, 4], []), ([2, 3, 4], [1, 2, 0]), ([2, 3, 4, 5], [0, -1, 1, 2]), ([33, 1031], [1, 0]),
        ];
        foreach ((int[] shape, int[] axes) in cases)
        {
            int[] order = axes.Length == 0 ? [.. Enumerable.Range(0, shape.Length).Reverse()] : [.. axes.Select(axis => axis < 0 ? axis + shape.Length : axis)];
            yield return Same($"Transpose{OpCases.Text(shape)}{OpCases.Text(axes)}", shape, inputs => inputs[0].Transpose(axes), grids => Grid.From(
                [.. order.Select(axis => shape[axis])],
                index =>
                {
                    int[] source = new int[index.Length];
                    for (int place = 0; place < index.Length; place++)
                        source[order[place]] = index[place];
                    return grids[0][source];
                }));
        }
    }

    private static IEnumerable<OpCase> Broadcasts()
    {
        (int[] From, int[] To)[] shapes = [([], [3]), ([1], [4]), ([3], [2, 3]), ([3, 1], [2, 3, 4]), ([1], [0]), ([1031], [33, 1031]), ([2, 2], [2, 2])];
        return shapes.Select(shape => Same(
            $"BroadcastTo{OpCases.Text(shape.From)}{OpCases.Text(shape.To)}", shape.From, inputs => inputs[0].BroadcastTo(shape.To),
            grids => Grid.From(shape.To, grids[0].Broadcast)));
    }

    private static IEnumerable<OpCase> Slices()
    {
        (int[] Shape, int Start, int? Stop, int Step, int Axis)[] cases =
        [
            ([7], 2, 5, 1, 0), ([7], 0, null, 2, 0), ([7], -3, null, 1, 0), ([7], -1, null, -1, 0), ([7], 5, 1, -2, 0), ([7], 5, -6, -3, 0), ([7], 3, 3, 1, 0),
            ([7], 5, 2, 1, 0), ([7], -100, 100, 3, 0), ([7], 100, -100, -3, 0), ([7], 0, null, int.MaxValue, 0), ([7], -1, null, int.MinValue, 0),
            ([3, 4, 5], 1, 4, 2, 2), ([3, 4, 5], -1, null, -1, 1), ([0, 4], 1, 3, 1, 1), ([4, 0], 2, 4, 1, 0), ([33, 1031], 1000, 3, -7, 1), ([70, 1031], 1, null, 2, 0),
        ];
        foreach ((int[] shape, int start, int? stop, int step, int axis) in cases)
        {
            int[] kept = Positions(shape[axis], start, stop, step);
            yield return Same($"Slice{OpCases.Text(shape)}[{start}:{stop}:{step}]@{axis}", shape, inputs => inputs[0].Slice(start, stop, step, axis), grids =>
                Grid.From([.. shape[..axis], kept.Length, .. shape[(axis + 1)..]], index =>
                {
                    index[axis] = kept[index[axis]];
                    return grids[0][index];
                }));
        }

        yield return Same("AtFirstAxis", [3, 4], inputs => inputs[0].At(1), grids => Grid.From([4], index => grids[0][1, index[0]]));
        yield return Same("AtFromTheEnd", [3, 4], inputs => inputs[0].At(-1, 1), grids => Grid.From([3], index => grids[0][index[0], 3]));
    }

    // Each written in C#'s notation, and the positions that it takes of each axis (one position drops the axis).
    // Of numbers that lie in another order, and of such that are not copied.
    private static IEnumerable<OpCase> Copies()
    {
        yield return Same("Contiguous after a transposition", [3, 5], inputs => inputs[0].Transpose().Contiguous(), grids => Grid.From([5, 3], index => grids[0][index[1], index[0]]));
        yield return Same("Contiguous as it is", [3, 5], inputs => inputs[0].Contiguous(), grids => grids[0]);
    }

    private static IEnumerable<OpCase> Parts()
    {
        (string Name, int[] Shape, Func<Tensor, Tensor> Take, (int First, int? Count)[] Taken)[] cases =
        [
            ("[0]", [3, 4], x => x[0], [(0, null), (0, 4)]),
            ("[-1]", [3, 4], x => x[-1], [(2, null), (0, 4)]),
            ("[^1]", [3, 4], x => x[^1], [(2, null), (0, 4)]),
            ("[^1] of a vector", [5], x => x[^1], [(4, null)]),
            ("[1..3]", [5, 2], x => x[1..3], [(1, 2), (0, 2)]),
            ("[..^1]", [5, 2], x => x[..^1], [(0, 4), (0, 2)]),
            ("[^2..]", [5, 2], x => x[^2..], [(3, 2), (0, 2)]),
            ("[2..2]", [5, 2], x => x[2..2], [(2, 0), (0, 2)]),
            ("[5..]", [5, 2], x => x[5..], [(0, 0), (0, 2)]),
            ("[..]", [5, 2], x => x[..], [(0, 5), (0, 2)]),
            ("[.., ^1]", [3, 4], x => x[.., ^1], [(0, 3), (3, null)]),
            ("[.., 1..]", [3, 4], x => x[.., 1..], [(0, 3), (1, 3)]),
            ("[.., 1] of one row", [1, 4], x => x[.., 1], [(0, 1), (1, null)]),
            ("[0] of one", [1, 4], x => x[0], [(0, null), (0, 4)]),
            ("[0, .., 1..3]", [2, 3, 4], x => x[0, .., 1..3], [(0, null), (0, 3), (1, 2)]),
            ("[.., 2]", [2, 3, 4], x => x[.., 2], [(0, 2), (2, null), (0, 4)]),
            ("[1, 2, 3]", [2, 3, 4], x => x[1, 2, 3], [(1, null), (2, null), (3, null)]),
            ("[..1, ^2, 1..^1]", [2, 3, 4], x => x[..1, ^2, 1..^1], [(0, 1), (1, null), (1, 2)]),
            ("[1][3..][.., 2] of the transpose", [4, 5, 2], x => x.Transpose()[1][3..][.., 2], [(2, null), (3, 2), (1, null)]),
        ];
        foreach ((string name, int[] shape, Func<Tensor, Tensor> take, (int First, int? Count)[] taken) in cases)
        {
            yield return Same($"Indexer{OpCases.Text(shape)}{name}", shape, inputs => take(inputs[0]), grids =>
                Grid.From([.. taken.Where(axis => axis.Count is not null).Select(axis => axis.Count!.Value)], index =>
                {
                    int place = 0;
                    return grids[0][[.. taken.Select(axis => axis.First + (axis.Count is null ? 0 : index[place++]))]];
                }));
        }

        yield return Same("IndexerByMask", [4, 3], inputs => inputs[0][Tensor.From(true, false, true, true)], grids => Grid.From([3, 3], index => grids[0][[index[0] + (index[0] > 0 ? 1 : 0), index[1]]]));
        yield return Same("IndexerByMaskOfTwoAxes", [2, 2, 3], inputs => inputs[0][Tensor.From(new[,] { { false, true }, { true, false } })],
            grids => Grid.From([2, 3], index => grids[0][[index[0], 1 - index[0], index[1]]]));
        yield return Same("IndexerByMaskOfAll", [2, 3], inputs => inputs[0][Tensor.From(new[,] { { false, true, true }, { false, false, true } })],
            grids => Grid.From([3], index => grids[0].Values[new[] { 1, 2, 5 }[index[0]]]));
        yield return Same("IndexerByMaskOfNone", [2, 3], inputs => inputs[0][Tensor.From(false, false)], grids => Grid.From([0, 3], _ => 0));
    }

    // Python's range(start, stop, step) over positions, written by its definition.
    private static int[] Positions(int length, int start, int? stop, int step)
    {
        List<int> positions = [];
        long first = start < 0 ? start + (long)length : start;
        if (step > 0)
        {
            long end = stop is { } given ? (given < 0 ? given + (long)length : given) : length;
            for (long place = Math.Max(0, first); place < Math.Min(end, length); place += step)
                positions.Add((int)place);
        }
        else
        {
            long end = stop is { } given ? Math.Max(-1, given < 0 ? given + (long)length : given) : -1;
            for (long place = Math.Min(length - 1, first); place > end; place += step)
                positions.Add((int)place);
        }

        return [.. positions];
    }

    private static IEnumerable<OpCase> Flips()
    {
        (int[] Shape, int[]? Axes)[] cases = [([], null), ([5], null), ([3, 4], null), ([3, 4], [0]), ([2, 3, 4], [-1, 0]), ([0, 3], null), ([33, 1031], [1])];
        foreach ((int[] shape, int[]? axes) in cases)
        {
            int[] flipped = axes is null ? [.. Enumerable.Range(0, shape.Length)] : [.. axes.Select(axis => axis < 0 ? axis + shape.Length : axis)];
            yield return Same($"Flip{OpCases.Text(shape)}@{(axes is null ? "all" : string.Join(",", axes))}", shape,
                inputs => inputs[0].Flip(axes ?? Axes.All),
                grids => Grid.From(shape, index => grids[0][[.. index.Select((place, axis) => flipped.Contains(axis) ? shape[axis] - 1 - place : place)]]));
        }
    }

    private static IEnumerable<OpCase> Pads()
    {
        (int[] Shape, (int Before, int After)[] Widths, double Value)[] cases =
        [
            ([], [], 0), ([4], [(1, 2)], 0), ([4], [(0, 0)], 1), ([3, 4], [(1, 0), (0, 2)], 1), ([0], [(2, 1)], 1), ([2, 0], [(1, 1), (1, 0)], 0),
            ([2, 3, 2], [(0, 1), (2, 0), (1, 1)], 0), ([33, 1031], [(1, 1), (3, 2)], 0),
        ];
        foreach ((int[] shape, (int Before, int After)[] widths, double value) in cases)
        {
            yield return Same(FormattableString.Invariant($"Pad{OpCases.Text(shape)}[{string.Join(";", widths)}]{value}"), shape, inputs => inputs[0].Pad(widths, value), grids =>
                Grid.From([.. shape.Select((length, axis) => length + widths[axis].Before + widths[axis].After)], index =>
                {
                    int[] source = [.. index.Select((place, axis) => place - widths[axis].Before)];
                    bool inside = source.Select((place, axis) => place >= 0 && place < shape[axis]).All(each => each);
                    return inside ? grids[0][source] : value;
                }));
        }
    }

    private static IEnumerable<OpCase> Joins()
    {
        (int[][] Shapes, int Axis)[] cases =
        [
            ([[3]], 0), ([[3], [0], [2]], 0), ([[2, 3], [2, 1]], -1), ([[2, 3], [4, 3], [1, 3]], 0), ([[2, 3, 2], [2, 1, 2]], 1), ([[0, 2], [0, 2]], 0),
            ([[33, 1031], [33, 5]], 1), ([[33, 1031], [2, 1031]], 0),
        ];
        foreach ((int[][] shapes, int asked) in cases)
        {
            int axis = asked < 0 ? asked + shapes[0].Length : asked;
            yield return new OpCase(
                $"Concatenate{string.Concat(shapes.Select(OpCases.Text))}@{asked}", [.. shapes.Select((shape, seed) => Grid.Distinct(shape, seed))],
                inputs => Tensor.Concatenate(inputs, asked),
                grids =>
                {
                    int[] shape = [.. shapes[0]];
                    shape[axis] = shapes.Sum(each => each[axis]);
                    return Grid.From(shape, index =>
                    {
                        int part = 0;
                        for (; index[axis] >= shapes[part][axis]; part++)
                            index[axis] -= shapes[part][axis];
                        return grids[part][index];
                    });
                })
            { Types = OpCase.All };
        }

        foreach (int axis in (int[])[0, 1, 2, -1, -2])
        {
            yield return new OpCase(
                $"Stack@{axis}", [Grid.Distinct([2, 3], 0), Grid.Distinct([2, 3], 1)],
                inputs => Tensor.Stack(inputs, axis),
                grids =>
                {
                    int place = axis < 0 ? axis + 3 : axis;
                    List<int> shape = [2, 3];
                    shape.Insert(place, 2);
                    return Grid.From([.. shape], index => grids[index[place]][[.. index.Where((_, at) => at != place)]]);
                })
            { Types = OpCase.All };
        }
    }

    private static IEnumerable<OpCase> Splits()
    {
        (int[] Shape, int[] Sizes, int Axis)[] cases =
        [
            ([5], [5], 0), ([6], [2, 0, 4], 0), ([2, 6], [3, 1, 2], -1), ([4, 3], [1, 3], 0), ([2, 5, 3], [2, 3], 1), ([0, 4], [1, 3], 1), ([3, 0], [0, 0], -1),
            ([33, 1031], [1000, 31], -1),
        ];
        foreach ((int[] shape, int[] sizes, int axis) in cases)
            yield return Parts($"Split{OpCases.Text(shape)}{OpCases.Text(sizes)}@{axis}", shape, sizes, axis, x => x.Split(sizes, axis));
        yield return Parts("Split(2,6)in3", [2, 6], [2, 2, 2], -1, x => x.Split(3));
        yield return Parts("Split(4,3)in2@0", [4, 3], [2, 2], 0, x => x.Split(2, axis: 0));
    }

    private static OpCase Parts(string name, int[] shape, int[] sizes, int asked, Func<Tensor, Tensor[]> split)
    {
        int axis = asked < 0 ? asked + shape.Length : asked;
        return new OpCase(name, [Grid.Distinct(shape, 7)], inputs => split(inputs[0]), grids => [.. sizes.Select((size, part) => Grid.From(
            [.. shape[..axis], size, .. shape[(axis + 1)..]],
            index =>
            {
                index[axis] += sizes[..part].Sum();
                return grids[0][index];
            }))])
        { Types = OpCase.All };
    }

    private static OpCase Same(string name, int[] shape, Func<Tensor[], Tensor> function, Func<Grid[], Grid> reference, bool differentiable = true) =>
        new(name, [Grid.Distinct(shape, shape.Length + 1)], function, reference) { Types = OpCase.All, Differentiable = differentiable ? [0] : [] };
}
