namespace Laminet.Verification.Operations;

internal static class LayerNormalizationCases
{
    // Widths around the kernels' vectors, and more rows than a task takes.
    public static IEnumerable<OpCase> Rows() =>
    [
        .. new int[][] { [4], [1, 3], [9, 2], [6, 5], [0, 3], [3, 2, 4, 16], [19, 33], [2, 700], [260, 65] }.SelectMany(shape => Rows(shape, [shape.Length - 1])),
        .. Rows([4, 5, 6], [1]), .. Rows([4, 5, 6], [1, 2]), .. Rows([3, 4, 2, 5], [0, 2]),
    ];

    private static IEnumerable<OpCase> Rows(int[] shape, int[] axes)
    {
        const double epsilon = 0.05;
        string at = $"{OpCases.Text(shape)}/{string.Join(",", axes)}";
        int[] along = [.. axes.Select(axis => shape[axis])];
        Grid x = Grid.Random(shape, 31), gamma = Grid.Random(along, 32, 0.5, 1.5), beta = Grid.Random(along, 33);
        yield return new OpCase($"LayerNormalize{at}", [x, gamma, beta], inputs => inputs[0].LayerNormalize(inputs[1], inputs[2], epsilon, axes), grids =>
        {
            Grid mean = grids[0].Reduce(axes, true, values => values.Average());
            Grid variance = grids[0].Reduce(axes, true, values => values.Average() is var center ? values.Average(value => Math.Pow(value - center, 2)) : 0);
            return Grid.From(shape, index => ((grids[0][index] - mean[Kept(index)]) / Math.Sqrt(variance[Kept(index)] + epsilon) * grids[1][Along(index)]) + grids[2][Along(index)]);
        })
        { Tolerance = 8 };
        yield return new OpCase($"RmsNormalize{at}", [x, gamma], inputs => inputs[0].RmsNormalize(inputs[1], epsilon, axes), grids =>
        {
            Grid square = grids[0].Reduce(axes, true, values => values.Average(value => value * value));
            return Grid.From(shape, index => grids[0][index] / Math.Sqrt(square[Kept(index)] + epsilon) * grids[1][Along(index)]);
        })
        { Tolerance = 8 };

        int[] Kept(int[] index) => [.. index.Select((place, axis) => axes.Contains(axis) ? 0 : place)];

        int[] Along(int[] index) => [.. axes.Select(axis => index[axis])];
    }
}
