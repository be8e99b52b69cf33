namespace Laminet.Verification.Operations;

internal static class NormalizationCases
{
    private const double Epsilon = 0.05;

    private static readonly int[][] Shapes = [[4], [1, 3], [9, 1], [6, 5], [0, 3], [3, 2, 4, 3], [19, 10], [130, 65]];

    public static IEnumerable<OpCase> Rows() => Shapes.SelectMany(Rows);

    private static IEnumerable<OpCase> Rows(int[] shape)
    {
        string at = OpCases.Text(shape);
        int[] channels = [shape[^1]], batch = [.. Enumerable.Range(0, shape.Length - 1)];
        Grid x = Grid.Random(shape, 21), gamma = Grid.Random(channels, 22, 0.5, 1.5), beta = Grid.Random(channels, 23);
        Grid residual = Grid.Random(shape, 25);
        Grid mean = Grid.Random(channels, 24, 0.3, 2), variance = Grid.Random(channels, 26, 0.3, 2);
        // Of nothing there is no mean.
        if (shape[0] > 0)
            yield return new OpCase($"ChannelMoments{at}", [x],
                inputs => inputs[0].ChannelMoments() is var moments ? [moments.Mean, moments.Variance] : [], grids => Moments(grids[0], batch))
            { Tolerance = 4 };
        // Every third row is left out; of more axes, the first two tell the rows.
        if (shape.Length > 1 && shape[0] > 1)
        {
            int[] rows = shape[..Math.Min(2, shape.Length - 1)];
            bool[] counts = [.. Enumerable.Range(0, rows.Aggregate(1, (all, one) => all * one)).Select(row => row % 3 != 2)];
            Tensor mask = Tensor.From(counts, rows);
            yield return new OpCase($"ChannelMoments masked{at}", [x],
                inputs => inputs[0].ChannelMoments(mask) is var moments ? [moments.Mean, moments.Variance] : [], grids => Moments(Counting(grids[0], counts), [0]))
            { Tolerance = 4 };
            yield return new OpCase($"BatchNormalize masked{at}", [x, gamma, beta],
                inputs => inputs[0].BatchNormalize(out _, out _, inputs[1], inputs[2], Epsilon, mask: mask),
                grids => Normalized(grids[0], Moments(Counting(grids[0], counts), [0]), grids[1], grids[2], false))
            { Tolerance = 8 };
        }

        foreach (bool relu in (bool[])[false, true])
        {
            yield return new OpCase($"Normalize{at}{relu}", [x, mean, variance, gamma, beta],
                inputs => inputs[0].Normalize(inputs[1], inputs[2], inputs[3], inputs[4], Epsilon, relu),
                grids => Normalized(grids[0], grids[1..3], grids[3], grids[4], relu))
            { Tolerance = 4 };
            if (shape[0] == 0)
                continue;
            yield return new OpCase($"Normalize and add{at}{relu}", [x, mean, variance, gamma, beta, residual],
                inputs => inputs[0].Normalize(inputs[1], inputs[2], inputs[3], inputs[4], Epsilon) + inputs[5] is var sum && relu ? sum.Relu() : sum,
                grids => Grid.Map(at => relu ? Math.Max(0, at[0] + at[1]) : at[0] + at[1], Normalized(grids[0], grids[1..3], grids[3], grids[4], false), grids[5]))
            { Tolerance = 4 };
            yield return new OpCase($"BatchNormalize{at}{relu}", [x, gamma, beta],
                inputs => [inputs[0].BatchNormalize(out Tensor mean, out Tensor variance, inputs[1], inputs[2], Epsilon, relu), mean, variance],
                grids => Moments(grids[0], batch) is var moments ? [Normalized(grids[0], moments, grids[1], grids[2], relu), .. moments] : [])
            { Tolerance = 8 };
        }
    }

    // The rows that count, in a matrix.
    private static Grid Counting(Grid x, bool[] counts)
    {
        int channels = x.Shape[^1], inner = x.Shape.Aggregate(1, (all, one) => all * one) / channels / counts.Length;
        int[][] places = [.. Enumerable.Range(0, counts.Length).Where(row => counts[row]).SelectMany(row => Enumerable.Range(0, inner).Select(part => (row * inner) + part)).Select(flat => Place(flat, x.Shape[..^1]))];
        return Grid.From([places.Length, channels], index => x[[.. places[index[0]], index[1]]]);

        static int[] Place(int flat, int[] shape)
        {
            int[] place = new int[shape.Length];
            for (int axis = shape.Length - 1; axis >= 0; flat /= shape[axis--])
                place[axis] = flat % shape[axis];
            return place;
        }
    }

    private static Grid[] Moments(Grid x, int[] batch) =>
    [
        x.Reduce(batch, false, values => values.Average()),
        x.Reduce(batch, false, values => values.Average() is var mean ? values.Average(value => Math.Pow(value - mean, 2)) : 0),
    ];

    private static Grid Normalized(Grid x, Grid[] moments, Grid gamma, Grid beta, bool relu) => Grid.From(x.Shape, index =>
    {
        int channel = index[^1];
        double y = ((x[index] - moments[0][channel]) / Math.Sqrt(moments[1][channel] + Epsilon) * gamma[channel]) + beta[channel];
        return relu ? Math.Max(0, y) : y;
    });
}
