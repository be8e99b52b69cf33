namespace Laminet.Verification.Operations;

internal static class NormCases
{
    // Shape and axes (null: all): neighbours or not, none, empty ones, a row of several pieces, rows that share a task.
    private static readonly (int[] Shape, int[]? Axes)[] Places =
    [
        ([], null), ([7], null), ([3, 5], [0]), ([3, 5], [-1]), ([2, 3, 4, 5], [1, 2]), ([2, 3, 4, 5], [3, 0]), ([2, 3], []),
        ([0, 3], [1]), ([33, 1031], null), ([33, 1031], [0]), ([33, 1031], [1]), ([70_001], null), ([9001, 5], [1]),
    ];

    private static readonly (int[] Shape, int[]? Axes)[] OfNothing = [([0], null), ([3, 0], [1]), ([0, 3], [0])];

    public static IEnumerable<OpCase> Rows() =>
    [
        .. Family("Norm1", (x, axes, keep) => x.Norm(axes, 1, keep), values => values.Sum(Math.Abs), [.. Places, .. OfNothing]),
        .. Family("Norm", (x, axes, keep) => x.Norm(axes, keepDims: keep), values => Math.Sqrt(values.Sum(value => value * value)), [.. Places, .. OfNothing]),
        .. Family("NormCubes", (x, axes, keep) => x.Norm(axes, 3, keep), values => Math.Cbrt(values.Sum(value => Math.Pow(Math.Abs(value), 3))), [([7], null), ([3, 5], [0]), ([0, 3], [1]), .. OfNothing]),
        .. Family("NormInfinity", (x, axes, keep) => x.Norm(axes, double.PositiveInfinity, keep), values => values.Max(Math.Abs), Places),
        .. Family("LogSumExp", (x, axes, keep) => x.LogSumExp(axes, keep), values => Math.Log(values.Sum(Math.Exp)), Places),
    ];

    private static IEnumerable<OpCase> Family(
        string name, Func<Tensor, Axes, bool, Tensor> function, Func<double[], double> reference, (int[] Shape, int[]? Axes)[] places) =>
        from place in places
        from keep in new[] { false, true }
        where !keep || place.Shape.Length is 2 or 4
        select new OpCase(
            $"{name}{OpCases.Text(place.Shape)}@{(place.Axes is null ? "all" : string.Join(",", place.Axes))}{(keep ? " kept" : "")}",
            [Grid.Distinct(place.Shape, place.Shape.Length)],
            inputs => function(inputs[0], place.Axes ?? Axes.All, keep),
            grids => grids[0].Reduce(
                [.. (place.Axes ?? [.. Enumerable.Range(0, place.Shape.Length)]).Select(axis => axis < 0 ? axis + place.Shape.Length : axis)], keep, reference))
        {
            Tolerance = place.Shape.Aggregate(1, (product, length) => product * length) > 1000 ? 30 : 2,
            // The others are compositions, which round halves after each operation.
            Types = name == "Norm" && place.Shape.Aggregate(1, (product, length) => product * length) < 1000 ? OpCase.Floats : OpCase.Computed,
        };
}
