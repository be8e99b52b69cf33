namespace Laminet.Verification.Operations;

internal static class ComparisonCases
{
    public static IEnumerable<OpCase> Rows()
    {
        IEnumerable<OpCase>[] families =
        [
            Compare("Equal", (x, y) => x.Equal(y), (x, y) => x == y, OpCase.All),
            Compare("NotEqual", (x, y) => x.NotEqual(y), (x, y) => x != y, OpCase.All),
            Compare("Less", (x, y) => x.Less(y), (x, y) => x < y, OpCase.Numbers),
            Compare("LessEqual", (x, y) => x.LessEqual(y), (x, y) => x <= y, OpCase.Numbers),
            Compare("Greater", (x, y) => x.Greater(y), (x, y) => x > y, OpCase.Numbers),
            Compare("GreaterEqual", (x, y) => x.GreaterEqual(y), (x, y) => x >= y, OpCase.Numbers),
            CompareNumber("Equal", x => x.Equal(2), x => x == 2),
            CompareNumber("NotEqual", x => x.NotEqual(2), x => x != 2),
            CompareNumber("Less", x => x.Less(1), x => x < 1),
            CompareNumber("LessEqual", x => x.LessEqual(1), x => x <= 1),
            CompareNumber("Greater", x => x.Greater(1), x => x > 1),
            CompareNumber("GreaterEqual", x => x.GreaterEqual(1), x => x >= 1),
            Logical("And", (x, y) => x.And(y), (x, y) => x && y),
            Logical("Or", (x, y) => x.Or(y), (x, y) => x || y),
            Logical("Xor", (x, y) => x.Xor(y), (x, y) => x != y),
            Logical("Not", (x, _) => x.Not(), (x, _) => !x, broadcasts: false),
            Finite(),
            Select(),
            Casts(),
        ];
        return families.SelectMany(rows => rows);
    }

    private static IEnumerable<OpCase> Compare(
        string name, Func<Tensor, Tensor, Tensor> function, Func<double, double, bool> reference, DType[] types) =>
        ElementwiseCases.Pairs.Select((pair, seed) => new OpCase(
            $"{name}{OpCases.Text(pair.Left)}{OpCases.Text(pair.Right)}",
            [Halves(pair.Left, seed), Halves(pair.Right, seed + 50)],
            inputs => function(inputs[0], inputs[1]),
            grids => Grid.Map(values => reference(values[0], values[1]) ? 1 : 0, grids))
        { Types = types, OutputType = DType.Bool, Differentiable = [] });

    private static IEnumerable<OpCase> CompareNumber(string name, Func<Tensor, Tensor> function, Func<double, bool> reference) =>
        new int[][] { [], [9], [0], [4, 1031] }.Select((shape, seed) => new OpCase(
            $"{name}Number{OpCases.Text(shape)}",
            [Halves(shape, seed)],
            inputs => function(inputs[0]),
            grids => Grid.Map(values => reference(values[0]) ? 1 : 0, grids))
        { Types = OpCase.Numbers, OutputType = DType.Bool, Differentiable = [] });

    private static IEnumerable<OpCase> Logical(
        string name, Func<Tensor, Tensor, Tensor> function, Func<bool, bool, bool> reference, bool broadcasts = true) =>
        ElementwiseCases.Pairs.Select((pair, seed) => new OpCase(
            $"{name}{OpCases.Text(pair.Left)}{OpCases.Text(pair.Right)}",
            [Grid.Whole(pair.Left, seed, 2, DType.Bool), Grid.Whole(pair.Right, seed + 50, 2, DType.Bool)],
            inputs => function(inputs[0], inputs[1]),
            grids => broadcasts
                ? Grid.Map(values => reference(values[0] != 0, values[1] != 0) ? 1 : 0, grids)
                : Grid.Map(values => reference(values[0] != 0, false) ? 1 : 0, grids[0]))
        { Types = [DType.Float32], OutputType = DType.Bool });

    private static IEnumerable<OpCase> Finite()
    {
        Grid odd = new([2, 3], [1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -3]);
        yield return new("IsNaN", [odd], inputs => inputs[0].IsNaN(), grids => Grid.Map(values => double.IsNaN(values[0]) ? 1 : 0, grids))
        { OutputType = DType.Bool, Differentiable = [] };
        yield return new("IsFinite", [odd], inputs => inputs[0].IsFinite(), grids => Grid.Map(values => double.IsFinite(values[0]) ? 1 : 0, grids))
        { OutputType = DType.Bool, Differentiable = [] };
    }

    private static IEnumerable<OpCase> Select()
    {
        (int[] Condition, int[] X, int[] Y)[] shapes =
        [
            ([], [], []), ([5], [5], [5]), ([3, 4], [4], [3, 1]), ([4], [3, 4], []), ([0], [1], [0]), ([3, 1], [1, 1031], [1031]), ([33, 1031], [1031], [33, 1]),
        ];
        return shapes.Select((shape, seed) => new OpCase(
            $"Where{OpCases.Text(shape.Condition)}{OpCases.Text(shape.X)}{OpCases.Text(shape.Y)}",
            [Grid.Whole(shape.Condition, seed, 2, DType.Bool), Grid.Random(shape.X, seed + 1), Grid.Random(shape.Y, seed + 2)],
            inputs => Tensor.Where(inputs[0], inputs[1], inputs[2]),
            grids => Grid.Map(values => values[0] != 0 ? values[1] : values[2], grids))
        { Types = OpCase.All });
    }

    // From every type to every type; to an integer it truncates towards zero.
    private static IEnumerable<OpCase> Casts() =>
        from to in OpCase.All
        from shape in new int[][] { [], [9], [0], [2, 1031] }
        select new OpCase(
            $"Cast{to}{OpCases.Text(shape)}",
            [Grid.Random(shape, shape.Length + 7, 0, 9)],
            inputs => inputs[0].Cast(to),
            grids => Grid.Map(values => to switch
            {
                DType.Float32 => (float)values[0],
                DType.Float16 => (double)(Half)(float)values[0],
                DType.BFloat16 => (float)(BFloat16)values[0],
                DType.Float64 => values[0],
                DType.Bool => values[0] != 0 ? 1 : 0,
                _ => Math.Truncate(values[0]),
            }, grids))
        { Types = OpCase.All, OutputType = to, Differentiable = to is DType.Float64 ? [0] : [] };

    // Multiples of a half, so that equal pairs are common.
    private static Grid Halves(int[] shape, int seed)
    {
        Grid random = Grid.Random(shape, seed);
        return random with { Values = [.. random.Values.Select(value => Math.Round(value * 2) / 2)] };
    }
}
