namespace Laminet.Verification.Operations;

internal static class IndexingCases
{
    public static IEnumerable<OpCase> Rows() => [.. Gathers(), .. Scatters(), .. OneHots(), .. Largest()];

    private static IEnumerable<OpCase> Gathers()
    {
        (int[] Shape, int[] Indices, int Axis)[] cases =
        [
            ([5], [], 0), ([5], [7], 0), ([5, 3], [4], 0), ([5, 3], [2, 2], -1), ([2, 5, 3], [4], 1), ([5, 3], [0], 0), ([5, 0], [3], 0), ([100, 401], [90], 0),
        ];
        foreach ((int[] shape, int[] indices, int asked) in cases)
        {
            int axis = asked < 0 ? asked + shape.Length : asked;
            foreach (DType type in shape[0] == 100 ? (DType[])[DType.Int32] : [DType.Int32, DType.Int64, DType.UInt8])
            {
                yield return new OpCase(
                    $"Gather{OpCases.Text(shape)}{OpCases.Text(indices)}@{asked} by {type}", [Grid.Distinct(shape, 3), Grid.Whole(indices, 4, shape[axis], type)],
                    inputs => inputs[0].Gather(inputs[1], asked),
                    grids => Grid.From([.. shape[..axis], .. indices, .. shape[(axis + 1)..]], index =>
                    {
                        int position = (int)grids[1][index.AsSpan(axis, indices.Length)];
                        return grids[0][[.. index[..axis], position, .. index[(axis + indices.Length)..]]];
                    }))
                { Types = OpCase.All };
            }
        }

        yield return new OpCase("Gather from the end", [Grid.Distinct([2, 4, 3], 3), new Grid([5], [-1, 3, -4, 0, -1], DType.Int32)], inputs => inputs[0].Gather(inputs[1], 1, fromEnd: true),
            grids => Grid.From([2, 5, 3], index => grids[0][index[0], ((int)grids[1][index[1]] + 4) % 4, index[2]]));
    }

    private static IEnumerable<OpCase> Scatters()
    {
        (int[] Values, int[] Indices, int Length, int Asked, int Axis)[] cases =
        [
            ([], [], 4, 0, 0), ([7], [7], 5, 0, 0), ([4, 3], [4], 5, 0, 0), ([4, 2, 3], [4, 2], 3, 0, 0), ([2, 4, 3], [4], 5, 1, 1), ([5, 2, 2], [2, 2], 3, -1, 1),
            ([0, 3], [0], 2, 0, 0), ([3, 0], [3], 2, 0, 0), ([90, 401], [90], 20, 0, 0),
        ];
        foreach ((int[] values, int[] indices, int length, int asked, int axis) in cases)
        {
            yield return new OpCase(
                $"ScatterAdd{OpCases.Text(values)}{OpCases.Text(indices)}:{length}@{asked}", [Grid.Distinct(values, 3), Grid.Whole(indices, 4, length, DType.Int32)],
                inputs => inputs[0].ScatterAdd(inputs[1], length, asked),
                grids =>
                {
                    Grid result = Grid.From([.. values[..axis], length, .. values[(axis + indices.Length)..]], _ => 0);
                    for (int place = 0; place < grids[0].Values.Length; place++)
                    {
                        int[] index = Grid.IndexOf(place, values);
                        int position = (int)grids[1][index.AsSpan(axis, indices.Length)];
                        int[] target = [.. index[..axis], position, .. index[(axis + indices.Length)..]];
                        int at = target.Select((each, i) => (each, i)).Aggregate(0, (sum, pair) => (sum * result.Shape[pair.i]) + pair.each);
                        result.Values[at] += grids[0].Values[place];
                    }

                    return result;
                })
            { Types = OpCase.Numbers, Tolerance = 4 };
        }
    }

    private static IEnumerable<OpCase> OneHots()
    {
        // The depth covers some indices only: the others give zeros. A byte's depth may exceed what a byte holds.
        (int[] Shape, int Depth, DType Type)[] cases =
        [
            ([], 4, DType.Int32), ([6], 4, DType.Int32), ([2, 3], 4, DType.Int64), ([0], 4, DType.Int32), ([3], 0, DType.Int32), ([5], 300, DType.UInt8),
            ([40, 30], 33, DType.Int32),
        ];
        foreach ((int[] shape, int depth, DType type) in cases)
        {
            yield return new OpCase(
                $"OneHot{OpCases.Text(shape)}:{depth} of {type}", [type == DType.UInt8 ? Grid.From(shape, index => 255 - index[0]) with { Type = type } : Grid.Whole(shape, 2, 6, type)],
                inputs => inputs[0].OneHot(depth),
                grids => Grid.From([.. shape, depth], index => grids[0][index.AsSpan(0, shape.Length)] == index[^1] ? 1 : 0))
            { Types = [DType.Float32], OutputType = DType.Float32 };
        }

        yield return new OpCase("OneHotFloat64", [Grid.Whole([4], 2, 3, DType.Int32)], inputs => inputs[0].OneHot(3, DType.Float64),
            grids => Grid.From([4, 3], index => grids[0][index[0]] == index[1] ? 1 : 0))
        { Types = [DType.Float64] };
    }

    // Whole numbers are small, so many are equal.
    private static IEnumerable<OpCase> Largest()
    {
        (int[] Shape, int K, int Axis)[] cases =
        [
            ([1], 1, 0), ([7], 3, 0), ([7], 7, -1), ([4, 9], 2, -1), ([9, 4], 5, 0), ([2, 6, 3], 4, 1), ([5], 0, 0), ([0, 4], 2, -1), ([3, 0], 0, -1), ([0], 0, 0),
            ([130, 300], 17, -1),
        ];
        foreach ((int[] shape, int k, int asked) in cases)
        {
            int axis = asked < 0 ? asked + shape.Length : asked;
            yield return new OpCase(
                $"TopK{OpCases.Text(shape)}:{k}@{asked}", [Grid.Distinct(shape, 3)],
                inputs => inputs[0].TopK(k, asked) is var largest ? [largest.Values, largest.Indices] : [],
                grids =>
                {
                    Grid indices = Grid.From([.. shape[..axis], k, .. shape[(axis + 1)..]], index => Enumerable.Range(0, shape[axis])
                        .OrderByDescending(place => grids[0][[.. index[..axis], place, .. index[(axis + 1)..]]]).ElementAt(index[axis]));
                    return [Grid.From(indices.Shape, index => grids[0][[.. index[..axis], (int)indices[index], .. index[(axis + 1)..]]]), indices with { Type = DType.Int32 }];
                })
            { Types = shape.Aggregate(1, (product, length) => product * length) > 1000 ? OpCase.Computed : OpCase.Numbers };
        }
    }
}
