namespace Laminet.Verification.Operations;

/// <summary>Normalisation by groups of channels, by neighbouring channels, and to length 1.</summary>
internal static class GroupNormalizationCases
{
    private const double Epsilon = 0.05;

    public static IEnumerable<OpCase> Rows() => [.. Groups(), .. Responses(), .. Units()];

    private static IEnumerable<OpCase> Groups()
    {
        (int[] Shape, int Groups)[] cases = [([1, 4], 2), ([3, 6], 1), ([2, 3, 4, 6], 3), ([3, 5, 4], 4), ([0, 3, 2], 2), ([2, 37, 30], 10), ([1, 9, 65], 13)];
        foreach ((int[] shape, int groups) in cases)
        {
            int[] channels = [shape[^1]];
            yield return new OpCase($"GroupNormalize{OpCases.Text(shape)}/{groups}", [Grid.Random(shape, 31), Grid.Random(channels, 32, -0.5, 1.5), Grid.Random(channels, 33)],
                inputs => inputs[0].GroupNormalize(groups, inputs[1], inputs[2], Epsilon),
                grids => OfGroups(grids[0], groups, grids[1], grids[2]))
            { Tolerance = 20 };
        }

        yield return new OpCase("GroupNormalize plain", [Grid.Random([2, 3, 4], 34)], inputs => inputs[0].GroupNormalize(2, epsilon: Epsilon),
            grids => OfGroups(grids[0], 2, Grid.From([4], _ => 1), Grid.From([4], _ => 0)))
        { Tolerance = 20 };
    }

    private static Grid OfGroups(Grid x, int groups, Grid gamma, Grid beta)
    {
        int size = x.Shape[^1] / groups;
        Dictionary<(int, int), List<double>> members = [];
        for (int place = 0; place < x.Values.Length; place++)
        {
            int[] index = Grid.IndexOf(place, x.Shape);
            (members.TryGetValue((index[0], index[^1] / size), out List<double>? group) ? group : members[(index[0], index[^1] / size)] = []).Add(x.Values[place]);
        }

        return Grid.From(x.Shape, index =>
        {
            List<double> group = members[(index[0], index[^1] / size)];
            double mean = group.Average(), variance = group.Average(value => (value - mean) * (value - mean));
            return ((x[index] - mean) / Math.Sqrt(variance + Epsilon) * gamma[index[^1]]) + beta[index[^1]];
        });
    }

    private static IEnumerable<OpCase> Responses()
    {
        (int[] Shape, int Size, double Beta)[] cases = [([1], 5, 0.75), ([6], 3, 0.75), ([3, 8], 4, 0.75), ([2, 3, 7], 2, 0.5), ([2, 0, 3], 3, 0.75), ([40, 96], 5, 0.75)];
        foreach ((int[] shape, int size, double beta) in cases)
        {
            yield return new OpCase($"LocalResponseNormalize{OpCases.Text(shape)}:{size}", [Grid.Random(shape, 35)],
                inputs => inputs[0].LocalResponseNormalize(size, 0.3, beta, 2),
                grids => Grid.From(shape, index =>
                {
                    double sum = 0;
                    for (int channel = Math.Max(0, index[^1] - (size / 2)); channel <= Math.Min(shape[^1] - 1, index[^1] + ((size - 1) / 2)); channel++)
                        sum += Math.Pow(grids[0][[.. index[..^1], channel]], 2);
                    return grids[0][index] * Math.Pow(2 + (0.3 / size * sum), -beta);
                }))
            { Tolerance = 4 };
        }
    }

    private static IEnumerable<OpCase> Units()
    {
        (int[] Shape, int[] Axes, double Order)[] cases = [([4], [0], 2), ([3, 5], [-1], 2), ([3, 5], [0], 1), ([2, 3, 4], [1, 2], 2), ([2, 3, 4], [0, 2], double.PositiveInfinity)];
        foreach ((int[] shape, int[] axes, double order) in cases)
        {
            yield return new OpCase(FormattableString.Invariant($"UnitNormalize{OpCases.Text(shape)}:{OpCases.Text(axes)}:{order}"), [Grid.Distinct(shape, 36)],
                inputs => inputs[0].UnitNormalize(axes, order),
                grids =>
                {
                    Grid norms = grids[0].Reduce([.. axes.Select(axis => axis < 0 ? axis + shape.Length : axis)], true, values => order switch
                    {
                        1 => values.Sum(Math.Abs),
                        2 => Math.Sqrt(values.Sum(value => value * value)),
                        _ => values.Max(Math.Abs),
                    });
                    return Grid.Map(values => values[0] / values[1], grids[0], norms);
                })
            { Tolerance = 4 };
        }
    }
}
