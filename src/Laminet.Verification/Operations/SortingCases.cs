namespace Laminet.Verification.Operations;

/// <summary>Sorting, searching, and positions along an axis or of whole coordinates.</summary>
internal static class SortingCases
{
    public static IEnumerable<OpCase> Rows() => [.. Sorts(), .. Takes(), .. Puts(), .. Coordinates(), .. Selections(), .. Searches()];

    private static IEnumerable<OpCase> Sorts()
    {
        (int[] Shape, int Axis)[] cases = [([1], 0), ([7], -1), ([4, 9], -1), ([9, 4], 0), ([2, 6, 3], 1), ([0, 4], -1), ([3, 0], -1), ([2, 1500], -1), ([40, 130], 0)];
        foreach ((int[] shape, int asked) in cases)
        {
            int axis = asked < 0 ? asked + shape.Length : asked;
            foreach (bool descending in (bool[])[false, true])
            {
                yield return new OpCase($"Sort{OpCases.Text(shape)}@{asked}{(descending ? "descending" : "")}", [Grid.Distinct(shape, 3)],
                    inputs => [inputs[0].Sort(asked, descending), inputs[0].ArgSort(asked, descending)],
                    grids =>
                    {
                        Grid indices = Grid.From(shape, index =>
                        {
                            IEnumerable<int> all = Enumerable.Range(0, shape[axis]);
                            double At(int place) => grids[0][[.. index[..axis], place, .. index[(axis + 1)..]]];
                            return (descending ? all.OrderByDescending(At) : all.OrderBy(At)).ElementAt(index[axis]);
                        });
                        return [Grid.From(shape, index => grids[0][[.. index[..axis], (int)indices[index], .. index[(axis + 1)..]]]), indices with { Type = DType.Int32 }];
                    })
                { Types = shape.Aggregate(1, (product, length) => product * length) > 1000 ? OpCase.Computed : OpCase.Numbers };
            }
        }

        // The positions alone, of equal numbers in their order.
        foreach (bool descending in (bool[])[false, true])
        {
            yield return new OpCase($"ArgSort{(descending ? "descending" : "")}", [new Grid([7], [2, 0, 1, 2, 1, 0, 2])], inputs => inputs[0].ArgSort(descending: descending),
                grids => Grid.From([7], index => (descending ? Enumerable.Range(0, 7).OrderByDescending(place => grids[0][place]) : Enumerable.Range(0, 7).OrderBy(place => grids[0][place])).ElementAt(index[0])) with { Type = DType.Int32 })
            { Types = OpCase.Numbers, Differentiable = [] };
        }
    }

    // Every third position counts from the end.
    private static Grid Positions(int[] shape, int seed, int length)
    {
        Grid whole = Grid.Whole(shape, seed, length, DType.Int32);
        return whole with { Values = [.. whole.Values.Select((position, i) => i % 3 == 2 ? position - length : position)] };
    }

    private static readonly (int[] Shape, int Count, int Axis)[] Along =
        [([5], 3, 0), ([4, 6], 1, -1), ([4, 6], 9, -1), ([3, 4, 5], 6, 1), ([3, 4, 5], 2, 0), ([2, 3], 0, 1), ([0, 3], 2, 1), ([300, 40], 130, 1)];

    private static IEnumerable<OpCase> Takes()
    {
        foreach ((int[] shape, int count, int asked) in Along)
        {
            int axis = asked < 0 ? asked + shape.Length : asked;
            int[] indices = [.. shape[..axis], count, .. shape[(axis + 1)..]];
            yield return new OpCase($"TakeAlong{OpCases.Text(shape)}:{count}@{asked}", [Grid.Distinct(shape, 3), Positions(indices, 4, shape[axis])],
                inputs => inputs[0].TakeAlong(inputs[1], asked),
                grids => Grid.From(indices, index => grids[0][[.. index[..axis], Wrapped(grids[1][index], shape[axis]), .. index[(axis + 1)..]]]))
            { Types = count > 100 ? OpCase.Computed : OpCase.All };
        }
    }

    private static int Wrapped(double position, int length) => (int)(position < 0 ? position + length : position);

    private static IEnumerable<OpCase> Puts()
    {
        foreach ((int[] shape, int count, int asked) in Along)
        {
            int axis = asked < 0 ? asked + shape.Length : asked;
            int[] indices = [.. shape[..axis], count, .. shape[(axis + 1)..]];
            foreach (ScatterMode mode in Enum.GetValues<ScatterMode>())
            {
                yield return new OpCase($"PutAlong{OpCases.Text(shape)}:{count}@{asked} {mode}", [Grid.Distinct(shape, 3), Positions(indices, 4, shape[axis]), Grid.Distinct(indices, 5)],
                    inputs => inputs[0].PutAlong(inputs[1], inputs[2], asked, mode),
                    grids =>
                    {
                        Grid result = grids[0] with { Values = [.. grids[0].Values] };
                        for (int place = 0; place < grids[2].Values.Length; place++)
                        {
                            int[] index = Grid.IndexOf(place, indices);
                            index[axis] = Wrapped(grids[1].Values[place], shape[axis]);
                            int target = index.Select((each, i) => (each, i)).Aggregate(0, (sum, pair) => (sum * shape[pair.i]) + pair.each);
                            result.Values[target] = Combined(result.Values[target], grids[2].Values[place], mode);
                        }

                        return result;
                    })
                { Types = mode == ScatterMode.Multiply || count > 100 ? OpCase.Computed : OpCase.Floats, Tolerance = 8 };
            }
        }
    }

    private static double Combined(double old, double value, ScatterMode mode) => mode switch
    {
        ScatterMode.Add => old + value,
        ScatterMode.Multiply => old * value,
        ScatterMode.Minimum => Math.Min(old, value),
        ScatterMode.Maximum => Math.Max(old, value),
        _ => value,
    };

    private static IEnumerable<OpCase> Coordinates()
    {
        (int[] Shape, int[] Indices)[] cases = [([5], [4, 1]), ([4, 5], [3, 2]), ([4, 5], [2, 3, 1]), ([2, 3, 4], [5, 2]), ([3, 4], [0, 2]), ([3, 4], [0])];
        foreach ((int[] shape, int[] indices) in cases)
        {
            int named = indices[^1];
            // Each row of coordinates is below the shortest axis that it points along.
            Grid coordinates = Positions(indices, 6, named == 0 ? 1 : shape[..named].Min());
            int[] entries = [.. indices[..^1], .. shape[named..]];
            int[] TargetOf(Grid places, int[] index) => [.. Enumerable.Range(0, named).Select(axis => Wrapped(places[[.. index[..(indices.Length - 1)], axis]], shape[axis])), .. index[(indices.Length - 1)..]];
            yield return new OpCase($"GatherND{OpCases.Text(shape)}{OpCases.Text(indices)}", [Grid.Distinct(shape, 3), coordinates],
                inputs => inputs[0].GatherND(inputs[1]), grids => Grid.From(entries, index => grids[0][TargetOf(grids[1], index)]))
            { Types = OpCase.All };
            yield return new OpCase($"ScatterND{OpCases.Text(shape)}{OpCases.Text(indices)}", [Grid.Distinct(entries, 3), coordinates],
                inputs => inputs[0].ScatterND(inputs[1], shape), grids => Written(Grid.From(shape, _ => 0), grids[1], grids[0], ScatterMode.Add))
            { Tolerance = 4 };
            foreach (ScatterMode mode in (ScatterMode[])[ScatterMode.Assign, ScatterMode.Add, ScatterMode.Maximum])
            {
                yield return new OpCase($"ScatterUpdate{OpCases.Text(shape)}{OpCases.Text(indices)} {mode}", [Grid.Distinct(shape, 3), coordinates, Grid.Distinct(entries, 8)],
                    inputs => inputs[0].ScatterUpdate(inputs[1], inputs[2], mode), grids => Written(grids[0] with { Values = [.. grids[0].Values] }, grids[1], grids[2], mode))
                { Tolerance = 4 };
            }

            Grid Written(Grid result, Grid places, Grid from, ScatterMode mode)
            {
                for (int place = 0; place < from.Values.Length; place++)
                {
                    int target = TargetOf(places, Grid.IndexOf(place, entries)).Select((each, i) => (each, i)).Aggregate(0, (sum, pair) => (sum * shape[pair.i]) + pair.each);
                    result.Values[target] = Combined(result.Values[target], from.Values[place], mode);
                }

                return result;
            }
        }
    }

    private static IEnumerable<OpCase> Selections()
    {
        foreach ((int[] shape, int[] maskShape, int size) in ((int[], int[], int)[])[([7], [7], 7), ([4, 5], [4, 5], 6), ([4, 5], [4], 9), ([3, 4, 2], [3, 4], 5), ([0, 3], [0], 2), ([100, 3], [100], 60)])
        {
            Grid mask = Grid.From(maskShape, index => index.Sum() % 3 == 1 ? 1 : 0) with { Type = DType.Bool };
            int[] inner = shape[maskShape.Length..];
            int width = inner.Aggregate(1, (product, length) => product * length);
            int[] Chosen(Grid from) => [.. Enumerable.Range(0, from.Values.Length).Where(place => from.Values[place] != 0)];
            yield return new OpCase($"MaskedSelect{OpCases.Text(shape)}{OpCases.Text(maskShape)}:{size}", [Grid.Distinct(shape, 3), mask],
                inputs => inputs[0].MaskedSelect(inputs[1], size),
                grids => Grid.From([size, .. inner], index => Chosen(grids[1]) is var chosen && index[0] < chosen.Length
                    ? grids[0].Values[(chosen[index[0]] * width) + index[1..].Select((each, i) => (each, i)).Aggregate(0, (sum, pair) => (sum * inner[pair.i]) + pair.each)]
                    : 0))
            { Types = OpCase.All };
            yield return new OpCase($"NonZero{OpCases.Text(maskShape)}:{size}", [mask],
                inputs => inputs[0].NonZero(size),
                grids => Grid.From([size, maskShape.Length], index => Chosen(grids[0]) is var chosen && index[0] < chosen.Length ? Grid.IndexOf(chosen[index[0]], maskShape)[index[1]] : 0))
            { Types = [DType.Float32], OutputType = DType.Int32 };
            yield return new OpCase($"MaskedFill{OpCases.Text(shape)}{OpCases.Text(maskShape)}", [Grid.Distinct(shape, 3), mask],
                inputs => inputs[0].MaskedFill(inputs[1].Reshape([.. maskShape, .. inner.Select(_ => 1)]), 2),
                grids => Grid.From(shape, index => grids[1][index.AsSpan(0, maskShape.Length)] != 0 ? 2 : grids[0][index]))
            { Types = OpCase.Numbers };
        }
    }

    private static IEnumerable<OpCase> Searches()
    {
        foreach ((int length, int[] shape) in ((int, int[])[])[(6, [9]), (1, [3, 2]), (0, [4]), (50, []), (33, [70, 3])])
        {
            foreach (bool right in (bool[])[false, true])
            {
                yield return new OpCase($"SearchSorted({length}){OpCases.Text(shape)}{(right ? "right" : "")}", [Grid.From([length], index => (index[0] / 2 * 0.11) - 1), Grid.Distinct(shape, 3)],
                    inputs => inputs[0].Sort().SearchSorted(inputs[1], right),
                    grids => Grid.From(shape, index => grids[0].Values.Count(each => each < grids[1][index] || (right && each == grids[1][index]))))
                { Types = OpCase.Numbers, OutputType = DType.Int32, Differentiable = [] };
            }
        }

        foreach (int[] shape in (int[][])[[0], [7], [3, 5], [400]])
        {
            Grid numbers = Grid.Whole(shape, 4, 6, DType.Int32);
            yield return new OpCase($"BinCount{OpCases.Text(shape)}", [numbers], inputs => inputs[0].BinCount(size: 9),
                grids => Grid.From([9], index => grids[0].Values.Count(each => each == index[0])))
            { Types = [DType.Float32], OutputType = DType.Int32 };
            yield return new OpCase($"BinCount weighted{OpCases.Text(shape)}", [numbers, Grid.Random(shape, 5)], inputs => inputs[0].BinCount(inputs[1], size: 7),
                grids => Grid.From([7], index => grids[0].Values.Zip(grids[1].Values).Sum(pair => pair.First == index[0] ? pair.Second : 0)))
            { Types = OpCase.Computed, Tolerance = 20 };
        }

        yield return new OpCase("MultiHot", [Grid.Whole([4, 3], 2, 6, DType.Int32)], inputs => inputs[0].MultiHot(5),
            grids => Grid.From([4, 5], index => Enumerable.Range(0, 3).Any(place => grids[0][index[0], place] == index[1]) ? 1 : 0))
        { Types = [DType.Float32] };
    }
}
