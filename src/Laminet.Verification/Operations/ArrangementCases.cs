namespace Laminet.Verification.Operations;

/// <summary>The same numbers in another arrangement: each number of a reference is fetched by its index.</summary>
internal static class ArrangementCases
{
    public static IEnumerable<OpCase> Rows() => [.. Moves(), .. Copies(), .. Diagonals(), .. Triangles(), .. Parts(), .. Joins()];

    private static IEnumerable<OpCase> Moves()
    {
        yield return Of("MoveAxisToTheEnd", [2, 3, 4], x => x.MoveAxis(0, -1), [3, 4, 2], (x, at) => x[at[2], at[0], at[1]]);
        yield return Of("MoveAxisToTheFront", [2, 3, 4], x => x.MoveAxis(-1, 0), [4, 2, 3], (x, at) => x[at[1], at[2], at[0]]);
        yield return Of("SwapAxes", [2, 3, 4], x => x.SwapAxes(0, -1), [4, 3, 2], (x, at) => x[at[2], at[1], at[0]]);
        foreach (int shift in (int[])[0, 2, -1, 7, -12])
            yield return Of($"Roll{shift}", [2, 5], x => x.Roll(shift, 1), [2, 5], (x, at) => x[at[0], (((at[1] - shift) % 5) + 5) % 5]);
        yield return Of("RollOfAll", [2, 3], x => x.Roll(2), [2, 3], (x, at) => x.Values[((3 * at[0]) + at[1] + 4) % 6]);
        yield return Of("RollOfNothing", [0, 3], x => x.Roll(2, 0), [0, 3], (x, at) => 0);
        yield return Of("Rot90", [2, 3], x => x.Rot90(), [3, 2], (x, at) => x[at[1], 2 - at[0]]);
        yield return Of("Rot90TwiceOfOtherAxes", [2, 3, 4], x => x.Rot90(2, 1, 2), [2, 3, 4], (x, at) => x[at[0], 2 - at[1], 3 - at[2]]);
        yield return Of("Rot90TheOtherWay", [2, 3], x => x.Rot90(-1), [3, 2], (x, at) => x[1 - at[1], at[0]]);
        yield return Of("Rot90FourTimes", [2, 3], x => x.Rot90(4), [2, 3], (x, at) => x[at]);
    }

    private static IEnumerable<OpCase> Copies()
    {
        yield return Of("Tile", [2, 3], x => x.Tile(2, 3), [4, 9], (x, at) => x[at[0] % 2, at[1] % 3]);
        yield return Of("TileOfFewerAxes", [2, 3], x => x.Tile(2), [2, 6], (x, at) => x[at[0], at[1] % 3]);
        yield return Of("TileOfMoreAxes", [3], x => x.Tile(2, 1, 2), [2, 1, 6], (x, at) => x[at[2] % 3]);
        yield return Of("TileOfNone", [3], x => x.Tile(0), [0], (x, at) => 0);
        yield return Of("RepeatAlongAnAxis", [2, 3], x => x.Repeat(2, 1), [2, 6], (x, at) => x[at[0], at[1] / 2]);
        yield return Of("RepeatOfAll", [2, 2], x => x.Repeat(3), [12], (x, at) => x.Values[at[0] / 3]);
    }

    private static IEnumerable<OpCase> Diagonals()
    {
        foreach ((int offset, int count) in ((int, int)[])[(0, 3), (1, 3), (2, 2), (-1, 2), (-2, 1), (4, 0), (-3, 0)])
            yield return Of($"Diagonal{offset}", [3, 4], x => x.Diagonal(offset), [count], (x, at) => x[at[0] - Math.Min(0, offset), at[0] + Math.Max(0, offset)]);
        yield return Of("DiagonalOfOtherAxes", [3, 2, 4], x => x.Diagonal(1, 2, 0), [2, 2], (x, at) => x[at[1] + 1, at[0], at[1]]);
        yield return Of("TraceOfMatrices", [3, 3, 2], x => x.Trace(), [2], (x, at) => x[0, 0, at[0]] + x[1, 1, at[0]] + x[2, 2, at[0]], type => type.IsFloat() ? type : type.Accumulated());
        foreach (int offset in (int[])[0, 2, -1])
        {
            int size = 3 + Math.Abs(offset);
            yield return Of($"Diag{offset}", [3], x => x.Diag(offset), [size, size],
                (x, at) => at[1] - at[0] == offset ? x[Math.Min(at[0], at[1])] : 0);
        }

        yield return Of("DiagOfAMatrix", [2, 3], x => x.Diag(1), [2], (x, at) => x[at[0], at[0] + 1]);
        yield return Of("DiagOfNothing", [0], x => x.Diag(), [0, 0], (x, at) => 0);
        yield return Of("DiagFlat", [2, 1], x => x.DiagFlat(), [2, 2], (x, at) => at[0] == at[1] ? x.Values[at[0]] : 0);
    }

    private static IEnumerable<OpCase> Triangles()
    {
        foreach (int offset in (int[])[0, 1, -2])
        {
            yield return Of($"TriL{offset}", [2, 3, 4], x => x.TriL(offset), [2, 3, 4], (x, at) => at[2] - at[1] <= offset ? x[at] : 0);
            yield return Of($"TriU{offset}", [2, 3, 4], x => x.TriU(offset), [2, 3, 4], (x, at) => at[2] - at[1] >= offset ? x[at] : 0);
        }

        yield return new OpCase("Tri", [], _ => Tensor.Tri(3, 4, -1), _ => Grid.From([3, 4], at => at[1] < at[0] ? 1 : 0)) { Types = [DType.Float32] };
        yield return Of("Vander", [3], x => x.Vander(), [3, 3], (x, at) => Math.Pow(x[at[0]], 2 - at[1]), types: OpCase.Floats);
        yield return Of("VanderUp", [3], x => x.Vander(4, increasing: true), [3, 4], (x, at) => Math.Pow(x[at[0]], at[1]), types: OpCase.Floats);
    }

    private static IEnumerable<OpCase> Parts()
    {
        yield return new OpCase("Unstack", [Grid.Distinct([2, 3, 4], 1)], inputs => inputs[0].Unstack(1),
            grids => [.. Enumerable.Range(0, 3).Select(part => Grid.From([2, 4], at => grids[0][at[0], part, at[1]]))])
        { Types = OpCase.All };
        yield return new OpCase("ArraySplit", [Grid.Distinct([2, 5], 1)], inputs => inputs[0].ArraySplit(3, 1),
            grids => [Grid.From([2, 2], at => grids[0][at]), Grid.From([2, 2], at => grids[0][at[0], at[1] + 2]), Grid.From([2, 1], at => grids[0][at[0], 4])])
        { Types = OpCase.All };
        foreach (bool swap in (bool[])[true, false])
        {
            yield return new OpCase($"Meshgrid{(swap ? "xy" : "ij")}", [Grid.Distinct([2], 1), Grid.Distinct([3], 2), Grid.Distinct([4], 3)], inputs => Tensor.Meshgrid(inputs, swap),
                grids => [.. Enumerable.Range(0, 3).Select(one => Grid.From(swap ? [3, 2, 4] : [2, 3, 4], at => grids[one][swap && one < 2 ? at[1 - one] : at[one]]))])
            { Types = OpCase.All };
        }
    }

    private static IEnumerable<OpCase> Joins()
    {
        yield return Pair("HStackOfVectors", [2], [3], Tensor.HStack, [5], (x, y, at) => at[0] < 2 ? x[at[0]] : y[at[0] - 2]);
        yield return Pair("HStack", [2, 1], [2, 2], Tensor.HStack, [2, 3], (x, y, at) => at[1] < 1 ? x[at] : y[at[0], at[1] - 1]);
        yield return Pair("VStackOfVectors", [3], [3], Tensor.VStack, [2, 3], (x, y, at) => at[0] == 0 ? x[at[1]] : y[at[1]]);
        yield return Pair("VStackOfBoth", [2, 3], [3], Tensor.VStack, [3, 3], (x, y, at) => at[0] < 2 ? x[at] : y[at[1]]);
        yield return Pair("DStackOfVectors", [3], [3], Tensor.DStack, [1, 3, 2], (x, y, at) => (at[2] == 0 ? x : y)[at[1]]);
        yield return Pair("DStack", [2, 3], [2, 3], Tensor.DStack, [2, 3, 2], (x, y, at) => (at[2] == 0 ? x : y)[at[0], at[1]]);
        yield return Pair("ColumnStack", [3], [3, 2], Tensor.ColumnStack, [3, 3], (x, y, at) => at[1] == 0 ? x[at[0]] : y[at[0], at[1] - 1]);
    }

    private static OpCase Of(string name, int[] shape, Func<Tensor, Tensor> function, int[] result, Func<Grid, int[], double> element, Func<DType, DType>? output = null, DType[]? types = null) =>
        new(name, [Grid.Distinct(shape, 5)], inputs => function(inputs[0]), grids => Grid.From(result, at => element(grids[0], at))) { Types = types ?? OpCase.All, OutputOf = output ?? (type => type) };

    private static OpCase Pair(string name, int[] left, int[] right, Func<IReadOnlyList<Tensor>, Tensor> function, int[] result, Func<Grid, Grid, int[], double> element) =>
        new(name, [Grid.Distinct(left, 5), Grid.Distinct(right, 6)], inputs => function(inputs), grids => Grid.From(result, at => element(grids[0], grids[1], at))) { Types = OpCase.All };
}
