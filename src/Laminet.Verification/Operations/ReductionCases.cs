namespace Laminet.Verification.Operations;

internal static class ReductionCases
{
    // Shape and reduced axes (null: all): one, several, neighbours or not, none, empty ones, long ones either way.
    private static readonly (int[] Shape, int[]? Axes)[] Places =
    [
        ([], null), ([7], null), ([7], [0]), ([3, 5], [0]), ([3, 5], [-1]), ([3, 5], null), ([2, 3, 4, 5], [1, 2]), ([2, 3, 4, 5], [0, 2]),
        ([2, 3, 4, 5], [3, 0, 1]), ([2, 3], []), ([1, 5, 1], [0, 2]), ([0, 3], [1]), ([2100], null), ([3, 1031], [1]), ([1031, 3], [0]),
        ([33, 1031], null), ([33, 1031], [0]), ([33, 1031], [1]), ([5, 17, 401], [0, 2]),
    ];

    private static readonly (int[] Shape, int[]? Axes)[] OfNothing = [([0], null), ([3, 0], [1]), ([0, 3], [0])];

    public static IEnumerable<OpCase> Rows()
    {
        IEnumerable<OpCase>[] families =
        [
            Family("Sum", (x, axes, keep) => x.Sum(axes, keep), values => values.Sum(), OpCase.All, [.. Places, .. OfNothing], type => type.IsFloat() ? type : type.Accumulated()),
            Family("Mean", (x, axes, keep) => x.Mean(axes, keep), values => values.Average(), OpCase.All, Places, OrFloat32),
            Family("Max", (x, axes, keep) => x.Max(axes, keep), values => values.Max(), OpCase.Numbers, Places),
            Family("Min", (x, axes, keep) => x.Min(axes, keep), values => values.Min(), OpCase.Numbers, Places),
            Family("Variance", (x, axes, keep) => x.Variance(axes, keep), Variance, OpCase.All, Places, OrFloat32),
            Products(),
            UnbiasedVariance(),
            Truth("Any", (x, axes, keep) => x.Any(axes, keep), values => values.Any(value => value != 0)),
            Truth("All", (x, axes, keep) => x.All(axes, keep), values => values.All(value => value != 0)),
            Arg("ArgMax", (x, axis, keep) => x.ArgMax(axis, keep), values => Array.IndexOf(values, values.Max())),
            Arg("ArgMin", (x, axis, keep) => x.ArgMin(axis, keep), values => Array.IndexOf(values, values.Min())),
        ];
        return families.SelectMany(rows => rows);
    }

    private static IEnumerable<OpCase> Family(
        string name, Func<Tensor, Axes, bool, Tensor> function, Func<double[], double> reference, DType[] types,
        (int[] Shape, int[]? Axes)[] places, Func<DType, DType>? output = null) =>
        from place in places
        from keep in new[] { false, true }
        where !keep || place.Shape.Length is 2 or 4
        select new OpCase(
            Name(name, place, keep),
            [Grid.Distinct(place.Shape, place.Shape.Length)],
            inputs => function(inputs[0], place.Axes ?? Axes.All, keep),
            grids => grids[0].Reduce(Resolve(place), keep, reference))
        { Types = types, OutputOf = output ?? (type => type), Tolerance = place.Shape.Aggregate(1, (product, length) => product * length) > 1000 ? 30 : 2 };

    // Factors near 1, so that a long product neither overflows nor vanishes.
    private static IEnumerable<OpCase> Products()
    {
        foreach ((int[] Shape, int[]? Axes) place in (IEnumerable<(int[], int[]?)>)[.. Places, .. OfNothing])
        {
            yield return new OpCase(
                Name("Product", place, false),
                [Grid.Random(place.Shape, 5, 0.9, 1.1)],
                inputs => inputs[0].Product(place.Axes ?? Axes.All),
                grids => grids[0].Reduce(Resolve(place), false, Product))
            { Tolerance = 300 };
        }

        foreach ((string name, double[] values) in ((string, double[])[])[("NoZero", [2, -3, 4]), ("OneZero", [2, 0, 4]), ("TwoZeros", [0, 3, 0])])
        {
            yield return new OpCase($"Product{name}", [new Grid([3], values)], inputs => inputs[0].Product(),
                grids => grids[0].Reduce([0], false, Product));
        }

        yield return new OpCase("ProductWhole", [new Grid([2, 3], [1, 2, 3, 4, 5, 6], DType.Int64)], inputs => inputs[0].Product(1, keepDims: true),
            grids => grids[0].Reduce([1], true, Product))
        { Types = [DType.Float32], OutputType = DType.Int64 };
    }

    private static IEnumerable<OpCase> UnbiasedVariance()
    {
        yield return new OpCase("VarianceUnbiased", [Grid.Distinct([4, 5], 3)], inputs => inputs[0].Variance(0, correction: 1),
            grids => grids[0].Reduce([0], false, values => Variance(values) * values.Length / (values.Length - 1)));
    }

    private static IEnumerable<OpCase> Truth(string name, Func<Tensor, Axes, bool, Tensor> function, Func<double[], bool> reference) =>
        from place in (IEnumerable<(int[] Shape, int[]? Axes)>)[.. Places, .. OfNothing]
        from density in new[] { 0, 1, 2 }
        where density > 0 || place.Shape.Length == 2
        select new OpCase(
            $"{Name(name, place, density == 2)}/{density}",
            // All false, mixed, all true.
            [density switch
            {
                0 => Grid.From(place.Shape, _ => 0),
                1 => Grid.Whole(place.Shape, 9, 2, DType.Bool),
                _ => Grid.From(place.Shape, _ => 1),
            } with { Type = DType.Bool }],
            inputs => function(inputs[0], place.Axes ?? Axes.All, density == 2),
            grids => grids[0].Reduce(Resolve(place), density == 2, values => reference(values) ? 1 : 0))
        { Types = [DType.Float32], OutputType = DType.Bool };

    private static IEnumerable<OpCase> Arg(string name, Func<Tensor, int, bool, Tensor> function, Func<double[], int> reference) =>
        from place in ((int[] Shape, int Axis)[])[([7], 0), ([3, 5], 0), ([3, 5], -1), ([2, 3, 4], 1), ([0, 3], 1), ([9, 1031], 1), ([1031, 9], 0)]
        from keep in new[] { false, true }
        select new OpCase(
            $"{name}{OpCases.Text(place.Shape)}@{place.Axis}{(keep ? "kept" : "")}",
            [Grid.Distinct(place.Shape, 4)],
            inputs => function(inputs[0], place.Axis, keep),
            grids => grids[0].Reduce(Resolve((place.Shape, [place.Axis])), keep, values => reference(values)))
        { Types = OpCase.Numbers, OutputType = DType.Int32, Differentiable = [] };

    private static string Name(string name, (int[] Shape, int[]? Axes) place, bool keep) =>
        $"{name}{OpCases.Text(place.Shape)}@{(place.Axes is null ? "all" : string.Join(",", place.Axes))}{(keep ? " kept" : "")}";

    private static int[] Resolve((int[] Shape, int[]? Axes) place) => place.Axes is null
        ? [.. Enumerable.Range(0, place.Shape.Length)]
        : [.. place.Axes.Select(axis => axis < 0 ? axis + place.Shape.Length : axis)];

    private static DType OrFloat32(DType type) => type.IsFloat() ? type : DType.Float32;

    private static double Product(double[] values) => values.Aggregate(1.0, (product, value) => product * value);

    private static double Variance(double[] values)
    {
        double mean = values.Average();
        return values.Select(value => (value - mean) * (value - mean)).Average();
    }
}
