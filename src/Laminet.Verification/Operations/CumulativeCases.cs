namespace Laminet.Verification.Operations;

internal static class CumulativeCases
{
    // More inner columns than a task takes, odd lengths, nothing.
    private static readonly (int[] Shape, int Axis)[] Places =
        [([1], 0), ([7], 0), ([3, 5], 0), ([3, 5], -1), ([2, 3, 4], 1), ([2, 5, 37], 1), ([0, 3], 1), ([3, 0], 1), ([1031], 0), ([33, 301], 0), ([33, 301], 1)];

    public static IEnumerable<OpCase> Rows() =>
    [
        .. Family("CumSum", -2, 2, (x, axis) => x.CumSum(axis), (sum, value) => sum + value, 0),
        // Factors near 1, so that a long product neither overflows nor vanishes.
        .. Family("CumProd", 0.9, 1.1, (x, axis) => x.CumProd(axis), (product, value) => product * value, 1),
        .. new (string Name, double[] Values)[] { ("OneZero", [2, 0, 3, 4]), ("ZeroFirst", [0, 2, 3]), ("TwoZeros", [3, 0, 2, 0, 5]) }.Select(row => new OpCase(
            $"CumProd{row.Name}", [new Grid([row.Values.Length], row.Values)], inputs => inputs[0].CumProd(0),
            grids => Running(grids[0], 0, (product, value) => product * value, 1))),
        .. new (string Name, Func<Tensor, Tensor> Function, Func<double, double, double> Step, double Start)[]
        {
            ("CumSum", x => x.CumSum(1), (sum, value) => sum + value, 0), ("CumProd", x => x.CumProd(1), (product, value) => product * value, 1),
        }.Select(row => new OpCase($"{row.Name}OfIntegers", [Grid.Distinct([2, 6, 3], 4)], inputs => row.Function(inputs[0]), grids => Running(grids[0], 1, row.Step, row.Start))
        {
            Types = [.. OpCase.Integers, DType.Bool], OutputOf = type => type.Accumulated(), Differentiable = [],
        }),
        .. Family("LogCumSumExp", -3, 3, (x, axis) => x.LogCumSumExp(axis), (sum, value) => Math.Log(Math.Exp(sum) + Math.Exp(value)), double.NegativeInfinity),
        new("LogCumSumExpOfLarge", [new Grid([5], [double.NegativeInfinity, 1000, 1001, double.NegativeInfinity, 990])], inputs => inputs[0].LogCumSumExp(0),
            grids => Running(grids[0], 0, (sum, value) => Math.Max(sum, value) is var peak && double.IsNegativeInfinity(peak) ? peak : peak + Math.Log(Math.Exp(sum - peak) + Math.Exp(value - peak)), double.NegativeInfinity))
        { Types = OpCase.Computed, Differentiable = [] },
        .. Extremes("CumMax", (x, axis) => x.CumMax(axis), (value, best) => value >= best),
        .. Extremes("CumMin", (x, axis) => x.CumMin(axis), (value, best) => value <= best),
        new("CumMaxOfNaNAndEquals", [new Grid([5], [1, 1, double.NaN, 3, double.NaN])], inputs => { (Tensor values, Tensor indices) = inputs[0].CumMax(0); return [values, indices]; },
            grids =>
            {
                int[] places = new int[5];
                for (int i = 1; i < 5; i++)
                    places[i] = double.IsNaN(grids[0][i]) || grids[0][i] >= grids[0][places[i - 1]] ? i : places[i - 1];
                return [new Grid([5], [.. places.Select(place => grids[0][place])]), new Grid([5], [.. places.Select(place => (double)place)], DType.Int32)];
            })
        { Differentiable = [] },
    ];

    private static IEnumerable<OpCase> Extremes(string name, Func<Tensor, int, (Tensor, Tensor)> function, Func<double, double, bool> isBeyond) =>
        Places.Select(place =>
        {
            int axis = place.Axis < 0 ? place.Axis + place.Shape.Length : place.Axis;
            return new OpCase($"{name}{OpCases.Text(place.Shape)}@{place.Axis}", [Grid.Distinct(place.Shape, 6)],
                inputs =>
                {
                    (Tensor values, Tensor indices) = function(inputs[0], place.Axis);
                    return [values, indices];
                },
                grids =>
                {
                    double At(int[] index, int step) => grids[0][[.. index[..axis], step, .. index[(axis + 1)..]]];
                    Grid places = Grid.From(place.Shape, index => Enumerable.Range(0, index[axis] + 1).Aggregate(0, (best, step) => isBeyond(At(index, step), At(index, best)) ? step : best)) with { Type = DType.Int32 };
                    return [Grid.From(place.Shape, index => At(index, (int)places[index])), places];
                })
            { Types = place.Shape.Max() > 100 ? OpCase.Computed : OpCase.Numbers };
        });

    private static IEnumerable<OpCase> Family(
        string name, double minimum, double maximum, Func<Tensor, int, Tensor> function, Func<double, double, double> step, double start) =>
        Places.Select(place => new OpCase(
            $"{name}{OpCases.Text(place.Shape)}@{place.Axis}",
            [Grid.Random(place.Shape, 6, minimum, maximum)],
            inputs => function(inputs[0], place.Axis),
            grids => Running(grids[0], place.Axis < 0 ? place.Axis + place.Shape.Length : place.Axis, step, start))
        { Tolerance = place.Shape.Max() > 100 ? 300 : 2, Types = name == "CumSum" && place.Shape.Max() < 100 ? OpCase.Floats : OpCase.Computed });

    private static Grid Running(Grid grid, int axis, Func<double, double, double> step, double start) => Grid.From(grid.Shape, index =>
    {
        double running = start;
        for (int place = 0; place <= index[axis]; place++)
        {
            int[] at = [.. index];
            at[axis] = place;
            running = step(running, grid[at]);
        }

        return running;
    });
}
