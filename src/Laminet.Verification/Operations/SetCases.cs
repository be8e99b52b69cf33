namespace Laminet.Verification.Operations;

/// <summary>Which numbers there are, how many in each interval, flat positions, and figures that leave NaN out.</summary>
internal static class SetCases
{
    public static IEnumerable<OpCase> Rows() => [.. Uniques(), .. Members(), .. Intervals(), .. Positions(), .. Nans()];

    private static IEnumerable<OpCase> Uniques()
    {
        foreach ((int[] shape, int size) in ((int[], int)[])[([9], 6), ([9], 12), ([3, 4], 3), ([2], 0), ([700], 8)])
        {
            yield return new OpCase($"Unique{OpCases.Text(shape)}:{size}", [Grid.Whole(shape, 3, 7, DType.Int32) with { Type = null }], inputs => Four(inputs[0].Unique(size)), grids => Uniques(grids[0], size))
            { Types = OpCase.Numbers, Differentiable = [] };
        }

        // Of numbers that all differ it is a sort, with a gradient.
        yield return new OpCase("Unique of all", [Grid.Distinct([7], 1)], inputs => Four(inputs[0].Unique(7)), grids => Uniques(grids[0], 7)) { Types = OpCase.Computed };
    }

    private static Grid[] Uniques(Grid from, int size)
    {
        double[] values = [.. from.Values.Select((value, place) => (value, place)).DistinctBy(pair => pair.value).Select(pair => pair.value).Order()];
        int Place(int at) => Array.IndexOf(from.Values, values[at < values.Length ? at : 0]);
        return
        [
            Grid.From([size], at => values.Length == 0 ? 0 : values[at[0] < values.Length ? at[0] : 0]), Grid.From([size], at => values.Length == 0 ? 0 : Place(at[0])) with { Type = DType.Int32 },
            Grid.Map(value => Array.IndexOf(values, value[0]), from) with { Type = DType.Int32 },
            Grid.From([size], at => at[0] < values.Length ? from.Values.Count(value => value == values[at[0]]) : 0) with { Type = DType.Int32 },
        ];
    }

    private static IEnumerable<OpCase> Members()
    {
        foreach ((int[] shape, int[] numbers) in ((int[], int[])[])[([3, 4], [3]), ([7], [2, 2]), ([0], [3]), ([], [1]), ([300], [5])])
        {
            yield return new OpCase($"IsIn{OpCases.Text(shape)}{OpCases.Text(numbers)}", [Grid.Whole(shape, 3, 7, DType.Int32) with { Type = null }, Grid.Whole(numbers, 4, 7, DType.Int32) with { Type = null }],
                inputs => inputs[0].IsIn(inputs[1]), grids => Grid.Map(value => grids[1].Values.Contains(value[0]) ? 1 : 0, grids[0]))
            { Types = OpCase.All, OutputType = DType.Bool, Differentiable = [] };
        }
    }

    private static IEnumerable<OpCase> Intervals()
    {
        foreach (int[] shape in (int[][])[[9], [2, 3], [0], [], [600]])
        {
            foreach (bool right in (bool[])[false, true])
            {
                yield return new OpCase($"Digitize{OpCases.Text(shape)}{(right ? " right" : "")}", [Grid.Whole(shape, 1, 6, DType.Int32) with { Type = null }, new Grid([4], [1, 2, 2, 4])],
                    inputs => inputs[0].Digitize(inputs[1].Sort(), right), grids => Grid.Map(value => grids[1].Values.Count(border => right ? border < value[0] : border <= value[0]), grids[0]))
                { Types = OpCase.Numbers, OutputType = DType.Int32, Differentiable = [] };
            }

            // Borders that every type holds: -2, -1, 0, 1, 2.
            yield return new OpCase($"Histogram{OpCases.Text(shape)}", [Grid.Random(shape, 5, -3, 3)], inputs => inputs[0].Histogram(4, (-2, 2)).Counts,
                grids => Grid.From([4], at => grids[0].Values.Count(value => IsIn(value, at[0]))))
            { OutputType = DType.Int32, Types = [DType.Float32, DType.Float16, DType.BFloat16, DType.Int8, DType.UInt32], Differentiable = [] };
            yield return new OpCase($"Histogram weighted{OpCases.Text(shape)}", [Grid.Random(shape, 5, -3, 3) with { Type = DType.Float64 }, Grid.Random(shape, 6)], inputs => inputs[0].Histogram(4, (-2, 2), inputs[1]).Counts,
                grids => Grid.From([4], at => grids[0].Values.Zip(grids[1].Values).Sum(pair => IsIn(pair.First, at[0]) ? pair.Second : 0)))
            { Types = OpCase.Computed, Tolerance = 20 };
        }

        yield return new OpCase("Histogram borders", [Grid.Distinct([9], 5)], inputs => inputs[0].Histogram(4).Borders, grids => Grid.From([5], at => Border(grids[0].Values, at[0])))
        { Types = OpCase.Computed, Tolerance = 4 };

        // Where all are equal, half a unit further out.
        static double Border(double[] values, int place) => (values.Min(), values.Max()) is var (first, last) && first < last ? first + ((last - first) * place / 4) : first - 0.5 + (place / 4.0);

        static bool IsIn(double value, int bin) => value >= bin - 2 && (value < bin - 1 || (bin == 3 && value == 2));
    }

    private static IEnumerable<OpCase> Positions()
    {
        foreach (int[] shape in (int[][])[[5], [2, 3], [0], []])
        {
            Grid places = Grid.Whole(shape, 1, 24, DType.Int32) with { Type = null };
            yield return new OpCase($"UnravelIndex{OpCases.Text(shape)}", [places], inputs => inputs[0].UnravelIndex([2, 3, 4]),
                grids => [Grid.Map(value => Math.Floor(value[0] / 12), grids[0]), Grid.Map(value => Math.Floor(value[0] / 4) % 3, grids[0]), Grid.Map(value => value[0] % 4, grids[0])])
            { Types = OpCase.Integers, Differentiable = [] };
            yield return new OpCase($"RavelMultiIndex{OpCases.Text(shape)}", [Grid.Whole(shape, 1, 2, DType.Int64), Grid.Whole([], 2, 3, DType.Int64), Grid.Whole(shape, 3, 4, DType.Int64)],
                inputs => Tensor.RavelMultiIndex(inputs, [2, 3, 4]), grids => Grid.Map(at => (12 * at[0]) + (4 * at[1]) + at[2], grids))
            { Types = [DType.Float32], OutputType = DType.Int64 };
        }

        yield return new OpCase("UnravelIndex from the end", [new Grid([2], [-1, -24], DType.Int16)], inputs => inputs[0].UnravelIndex([2, 3, 4]), grids =>
            [.. ((int[])[12, 4, 1]).Zip((int[])[2, 3, 4], (size, length) => Grid.Map(value => Math.Floor((value[0] + 24) / size) % length, grids) with { Type = DType.Int16 })])
        { Types = [DType.Float32] };
    }

    private static IEnumerable<OpCase> Nans()
    {
        Grid holes = Grid.Distinct([4, 6], 3);
        holes = holes with { Values = [.. holes.Values.Select((value, place) => place % 4 == 1 || place >= 18 ? double.NaN : value)] };
        foreach (QuantileMethod method in Enum.GetValues<QuantileMethod>())
        {
            yield return new OpCase($"NanQuantile {method}", [holes], inputs => inputs[0].NanQuantile(0.4, 1, true, method), grids => grids[0].Reduce([1], true, values => Quantile(values, 0.4, method))) { Differentiable = [], Tolerance = 4 };
            yield return new OpCase($"NanQuantile {method} of numbers", [Grid.Distinct([3, 5], 4)], inputs => inputs[0].NanQuantile(0.3, 0, method: method), grids => grids[0].Reduce([0], false, values => Quantile(values, 0.3, method))) { Types = OpCase.Computed, Tolerance = 4 };
        }

        yield return new OpCase("NanMedian", [holes], inputs => inputs[0].NanMedian(), grids => grids[0].Reduce([0, 1], false, values => Quantile(values, 0.5, QuantileMethod.Midpoint))) { Differentiable = [], Tolerance = 4 };
        yield return new OpCase("NanMedian of numbers", [Grid.Distinct([6, 2], 5)], inputs => inputs[0].NanMedian(0), grids => grids[0].Reduce([0], false, values => Quantile(values, 0.5, QuantileMethod.Midpoint))) { Types = OpCase.Computed, Tolerance = 4 };
        yield return new OpCase("NanPercentile of numbers", [Grid.Distinct([6, 2], 5)], inputs => inputs[0].NanPercentile(15, 0), grids => grids[0].Reduce([0], false, values => Quantile(values, 0.15, QuantileMethod.Linear))) { Types = OpCase.Computed, Tolerance = 4 };
        // What is infinite and does not count is not multiplied by 0.
        yield return new OpCase("NanQuantile at infinity", [new Grid([4], [double.NegativeInfinity, 1, 2, double.PositiveInfinity])], inputs => Tensor.Stack([inputs[0].NanQuantile(1.0 / 3), inputs[0].NanQuantile(1)]),
            grids => new Grid([2], [grids[0].Values.Order().ElementAt(1), grids[0].Values.Max()]))
        { Types = [DType.Float64], Differentiable = [] };
        foreach (bool largest in (bool[])[true, false])
        {
            yield return new OpCase(largest ? "NanArgMax" : "NanArgMin", [holes], inputs => largest ? inputs[0].NanArgMax(keepDims: true) : inputs[0].NanArgMin(keepDims: true), grids => grids[0].Reduce([1], true, values =>
                Array.IndexOf(values, values.Where(value => !double.IsNaN(value)) is var numbers && numbers.Any() ? largest ? numbers.Max() : numbers.Min() : double.PositiveInfinity)))
            { OutputType = DType.Int32, Differentiable = [] };
        }

        yield return Running("NanCumSum", x => x.NanCumSum(1), (sum, value) => sum + (double.IsNaN(value) ? 0 : value), 0, holes);
        yield return Running("NanCumProd", x => x.NanCumProd(1), (product, value) => product * (double.IsNaN(value) ? 1 : value), 1, holes);
        yield return Running("NanCumSum of numbers", x => x.NanCumSum(1), (sum, value) => sum + value, 0, Grid.Distinct([2, 5], 2));
        yield return Running("NanCumProd of numbers", x => x.NanCumProd(1), (product, value) => product * value, 1, Grid.Distinct([2, 5], 2));
    }

    private static OpCase Running(string name, Func<Tensor, Tensor> function, Func<double, double, double> step, double start, Grid grid) => new(name, [grid], inputs => function(inputs[0]),
        grids => Grid.From(grids[0].Shape, at => Enumerable.Range(0, at[1] + 1).Select(place => grids[0][at[0], place]).Aggregate(start, step)))
    { Types = grid.Values.Any(double.IsNaN) ? OpCase.Floats : OpCase.Computed, Tolerance = 8, Differentiable = grid.Values.Any(double.IsNaN) ? [] : [0] };

    private static double Quantile(double[] all, double q, QuantileMethod method)
    {
        double[] sorted = [.. all.Where(value => !double.IsNaN(value)).Order()];
        if (sorted.Length == 0)
            return double.NaN;
        double place = q * (sorted.Length - 1);
        (double below, double above) = (sorted[(int)Math.Floor(place)], sorted[(int)Math.Ceiling(place)]);
        return method switch
        {
            QuantileMethod.Lower => below,
            QuantileMethod.Higher => above,
            QuantileMethod.Midpoint => (below + above) / 2,
            QuantileMethod.Nearest => sorted[(int)Math.Round(place)],
            _ => below + ((above - below) * (place - Math.Floor(place))),
        };
    }

    private static Tensor[] Four((Tensor, Tensor, Tensor, Tensor) all) => [all.Item1, all.Item2, all.Item3, all.Item4];
}
