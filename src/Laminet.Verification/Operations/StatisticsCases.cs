namespace Laminet.Verification.Operations;

/// <summary>Figures of numbers along axes, each from the numbers of a group in row-major order.</summary>
internal static class StatisticsCases
{
    private static readonly (int[] Shape, int[]? Axes)[] Places = [([7], null), ([3, 5], [0]), ([3, 5], [-1]), ([3, 4], null), ([2, 3, 4], [0, 2]), ([1, 5], [0]), ([3, 301], [1])];

    public static IEnumerable<OpCase> Rows() =>
    [
        // The gradient of the square root at 0, of a single number, is not finite.
        .. Family("Std", (x, axes, keep) => x.Std(axes, keep), values => Math.Sqrt(Variance(values)), [.. Places.Where(place => place.Shape[0] > 1)]),
        .. Family("Median", (x, axes, keep) => x.Median(axes, keep), values => Quantile(values, 0.5, QuantileMethod.Linear)),
        .. Family("Ptp", (x, axes, keep) => x.Ptp(axes, keep), values => values.Max() - values.Min(), [.. Places.Where(place => place.Shape[0] > 1)]),
        .. Quantiles(), .. Weighted(), .. Differences(), .. Variables(), .. Nans(),
        new("CountNonZero", [Grid.Whole([3, 5], 2, 3, DType.Int32)], inputs => inputs[0].CountNonZero(1), grids => grids[0].Reduce([1], false, values => values.Count(value => value != 0)))
        { Types = [DType.Float32], OutputType = DType.Int64 },
    ];

    private static IEnumerable<OpCase> Quantiles()
    {
        foreach (QuantileMethod method in Enum.GetValues<QuantileMethod>())
        {
            foreach (double q in (double[])[0, 0.1, 0.5, 0.875, 1])
            {
                yield return new OpCase(FormattableString.Invariant($"Quantile{method}{q}"), [Grid.Distinct([3, 6], 4)], inputs => inputs[0].Quantile(q, -1, keepDims: true, method),
                    grids => grids[0].Reduce([1], true, values => Quantile(values, q, method)))
                { Tolerance = 2 };
            }
        }

        yield return new OpCase("Percentile", [Grid.Distinct([9], 4)], inputs => inputs[0].Percentile(30), grids => grids[0].Reduce([0], false, values => Quantile(values, 0.3, QuantileMethod.Linear))) { Tolerance = 2 };
        yield return new OpCase("QuantileOfNaNAndInfinity", [new Grid([2, 3], [1, double.NaN, 2, double.PositiveInfinity, 1, 2])], inputs => inputs[0].Quantile(0.75, 1),
            grids => grids[0].Reduce([1], false, values => values.Any(double.IsNaN) ? double.NaN : values.Order().Skip(1).Average()))
        { Differentiable = [] };
    }

    private static IEnumerable<OpCase> Weighted()
    {
        yield return new OpCase("Average", [Grid.Distinct([3, 4], 1), Grid.Random([4], 2, 0.5, 2)], inputs => inputs[0].Average(inputs[1], -1), grids =>
            Grid.From([3], at => Enumerable.Range(0, 4).Sum(k => grids[0][at[0], k] * grids[1][k]) / grids[1].Values.Sum()))
        { Tolerance = 4 };
        yield return new OpCase("AverageOfAll", [Grid.Distinct([2, 3], 1), Grid.Random([2, 3], 2, 0.5, 2)], inputs => inputs[0].Average(inputs[1], keepDims: true), grids =>
            new Grid([1, 1], [grids[0].Values.Zip(grids[1].Values, (x, w) => x * w).Sum() / grids[1].Values.Sum()]))
        { Tolerance = 4 };
    }

    private static IEnumerable<OpCase> Differences()
    {
        yield return new OpCase("Diff", [Grid.Distinct([3, 5], 1)], inputs => inputs[0].Diff(), grids => Grid.From([3, 4], at => grids[0][at[0], at[1] + 1] - grids[0][at])) { Types = [.. OpCase.Floats, DType.Int32] };
        yield return new OpCase("DiffTwice", [Grid.Distinct([5, 2], 1)], inputs => inputs[0].Diff(2, 0),
            grids => Grid.From([3, 2], at => grids[0][at[0] + 2, at[1]] - (2 * grids[0][at[0] + 1, at[1]]) + grids[0][at]))
        { Types = OpCase.Computed, Tolerance = 4 };
        yield return new OpCase("DiffOfTruth", [new Grid([4], [1, 0, 0, 1], DType.Bool)], inputs => inputs[0].Diff(), grids => Grid.From([3], at => grids[0][at[0]] != grids[0][at[0] + 1] ? 1 : 0)) { Types = [DType.Float32], OutputType = DType.Bool };
        yield return new OpCase("Trapezoid", [Grid.Distinct([2, 5], 1)], inputs => inputs[0].Trapezoid(0.5),
            grids => Grid.From([2], at => Enumerable.Range(0, 4).Sum(i => 0.25 * (grids[0][at[0], i] + grids[0][at[0], i + 1]))))
        { Tolerance = 8 };
        yield return new OpCase("TrapezoidOfPlaces", [Grid.Distinct([4, 2], 1), Grid.Random([4], 2)], inputs => inputs[0].Trapezoid(inputs[1], 0),
            grids => Grid.From([2], at => Enumerable.Range(0, 3).Sum(i => (grids[1][i + 1] - grids[1][i]) * (grids[0][i, at[0]] + grids[0][i + 1, at[0]]) / 2)))
        { Tolerance = 8 };
    }

    private static IEnumerable<OpCase> Variables()
    {
        yield return new OpCase("Covariance", [Grid.Distinct([3, 5], 1)], inputs => inputs[0].Covariance(), grids => Grid.From([3, 3], at => Covariance(grids[0], at[0], at[1]) / 4)) { Tolerance = 8 };
        yield return new OpCase("CorrCoef", [Grid.Distinct([3, 6], 2)], inputs => inputs[0].CorrCoef(),
            grids => Grid.From([3, 3], at => Covariance(grids[0], at[0], at[1]) / Math.Sqrt(Covariance(grids[0], at[0], at[0]) * Covariance(grids[0], at[1], at[1]))))
        { Types = OpCase.Computed, Tolerance = 16, Differentiable = [] };
        // Away from the diagonal, where the coefficient is 1 whatever the numbers are and lies on the bound.
        yield return new OpCase("CorrCoefOfTwo", [Grid.Distinct([2, 6], 2)], inputs => inputs[0].CorrCoef()[0, 1],
            grids => new Grid([], [Covariance(grids[0], 0, 1) / Math.Sqrt(Covariance(grids[0], 0, 0) * Covariance(grids[0], 1, 1))]))
        { Types = OpCase.Computed, Tolerance = 16 };
    }

    // Of numbers some of which are NaN, and of some that all are.
    private static IEnumerable<OpCase> Nans()
    {
        Grid holes = Grid.Distinct([4, 5], 3);
        holes = holes with { Values = [.. holes.Values.Select((value, place) => place % 4 == 1 || place >= 15 ? double.NaN : value)] };
        (string Name, Func<Tensor, Axes, bool, Tensor> Function, Func<double[], double> Reference)[] all =
        [
            ("NanSum", (x, axes, keep) => x.NanSum(axes, keep), values => values.Sum()),
            ("NanProd", (x, axes, keep) => x.NanProd(axes, keep), values => values.Aggregate(1.0, (product, value) => product * value)),
            ("NanMean", (x, axes, keep) => x.NanMean(axes, keep), values => values.Length == 0 ? double.NaN : values.Average()),
            ("NanMax", (x, axes, keep) => x.NanMax(axes, keep), values => values.Length == 0 ? double.NaN : values.Max()),
            ("NanMin", (x, axes, keep) => x.NanMin(axes, keep), values => values.Length == 0 ? double.NaN : values.Min()),
            ("NanVariance", (x, axes, keep) => x.NanVariance(axes, keep), values => values.Length == 0 ? double.NaN : Variance(values)),
            ("NanStd", (x, axes, keep) => x.NanStd(axes, keep), values => values.Length == 0 ? double.NaN : Math.Sqrt(Variance(values))),
        ];
        foreach ((string name, Func<Tensor, Axes, bool, Tensor> function, Func<double[], double> reference) in all)
        {
            yield return new OpCase($"{name} of holes", [holes], inputs => function(inputs[0], 1, true), grids => grids[0].Reduce([1], true, values => reference([.. values.Where(value => !double.IsNaN(value))])))
            { Types = OpCase.Computed, Tolerance = 8, Differentiable = [] };
            yield return new OpCase($"{name} of numbers", [Grid.Distinct([3, 5], 4)], inputs => function(inputs[0], 0, false), grids => grids[0].Reduce([0], false, reference)) { Types = OpCase.Computed, Tolerance = 8 };
        }
    }

    private static IEnumerable<OpCase> Family(string name, Func<Tensor, Axes, bool, Tensor> function, Func<double[], double> reference, (int[] Shape, int[]? Axes)[]? places = null) =>
        from place in places ?? Places
        from keep in new[] { false, true }
        where !keep || place.Shape.Length == 2
        let axes = place.Axes ?? Enumerable.Range(0, place.Shape.Length).ToArray()
        select new OpCase(
            $"{name}{OpCases.Text(place.Shape)}@{string.Join(",", axes)}{(keep ? " kept" : "")}", [Grid.Distinct(place.Shape, place.Shape.Length)], inputs => function(inputs[0], place.Axes ?? Axes.All, keep),
            grids => grids[0].Reduce([.. axes.Select(axis => axis < 0 ? axis + place.Shape.Length : axis)], keep, reference))
        { Types = OpCase.Floats, Tolerance = place.Shape.Max() > 100 ? 30 : 4 };

    private static double Quantile(double[] values, double q, QuantileMethod method)
    {
        double[] sorted = [.. values.Order()];
        double place = q * (values.Length - 1);
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

    private static double Covariance(Grid rows, int one, int other)
    {
        double[] x = [.. Enumerable.Range(0, rows.Shape[1]).Select(k => rows[one, k])], y = [.. Enumerable.Range(0, rows.Shape[1]).Select(k => rows[other, k])];
        return x.Zip(y, (a, b) => (a - x.Average()) * (b - y.Average())).Sum();
    }

    private static double Variance(double[] values) => values.Select(value => Math.Pow(value - values.Average(), 2)).Average();
}
