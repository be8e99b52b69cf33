using Laminet.Tensors.Runtime;

namespace Laminet.Verification.Operations;

internal static class BlockCases
{
    private const ulong Key = 0x1234_5678_9ABC_DEF0;

    public static IEnumerable<OpCase> Rows() => [.. Softmaxes(), .. CrossEntropies(), .. Dropouts(), .. CachedAttentions()];

    private static IEnumerable<OpCase> CrossEntropies()
    {
        foreach (int[] shape in new int[][] { [4], [3, 1], [5, 10], [2, 3, 17], [0, 3], [9, 1031] })
        {
            string at = OpCases.Text(shape);
            Grid logits = Grid.Random(shape, 12, -4, 4), labels = Grid.Whole(shape[..^1], 13, shape[^1], DType.Int32), targets = Grid.Random(shape, 14, 0, 1);
            yield return new OpCase($"SparseCrossEntropy{at}", [logits, labels], inputs => inputs[0].SparseCrossEntropy(inputs[1]),
                grids => Grid.From(shape[..^1], row => Sum(grids[0], row, Math.Exp, Math.Log) - grids[0][[.. row, (int)grids[1][row]]]));
            yield return new OpCase($"CrossEntropy{at}", [logits, targets], inputs => inputs[0].CrossEntropy(inputs[1]),
                grids => Grid.From(shape[..^1], row =>
                {
                    double logarithm = Sum(grids[0], row, Math.Exp, Math.Log);
                    return Enumerable.Range(0, shape[^1]).Sum(c => grids[1][[.. row, c]] * (logarithm - grids[0][[.. row, c]]));
                }))
            { Tolerance = 4 };
            yield return new OpCase($"CheckedProbabilities{at}", [targets], inputs => inputs[0].CheckedProbabilities(), grids => grids[0]);
            yield return new OpCase($"CheckedLabels{at}", [labels], inputs => inputs[0].CheckedLabels(shape[^1]), grids => grids[0])
            { OutputType = DType.Int32 };
        }

        static double Sum(Grid grid, int[] row, Func<double, double> each, Func<double, double> then) =>
            then(Enumerable.Range(0, grid.Shape[^1]).Sum(c => each(grid[[.. row, c]])));
    }

    // Lengths around the kernel's tile of 64 positions.
    private static IEnumerable<OpCase> CachedAttentions() =>
        from each in new (int[] Queries, int Longest, int ValueWidth, int Length, DType Type)[]
        {
            ([1, 1, 1, 1], 1, 1, 1, DType.Int32), ([2, 3, 1, 4], 7, 4, 5, DType.Int32), ([2, 1, 3, 5], 4, 2, 4, DType.Int64), ([1, 2, 2, 3], 6, 3, 0, DType.Int32),
            ([1, 2, 1, 9], 150, 8, 64, DType.Int32), ([1, 2, 1, 9], 150, 8, 131, DType.Int64), ([0, 2, 1, 4], 5, 4, 2, DType.Int32), ([2, 4, 3, 33], 70, 17, 65, DType.Int32),
        }
        let outer = each.Queries[..2]
        select new OpCase(
            $"CachedAttention{OpCases.Text(each.Queries)}/{each.Longest}/{each.ValueWidth}:{each.Length} of {each.Type}",
            [
                Grid.Random(each.Queries, 3), Grid.Random([.. outer, each.Longest, each.Queries[3]], 4), Grid.Random([.. outer, each.Longest, each.ValueWidth], 5),
                new Grid([], [each.Length], each.Type),
            ],
            inputs => inputs[0].CachedAttention(inputs[1], inputs[2], inputs[3]),
            grids => Grid.From([.. each.Queries[..3], each.ValueWidth], index =>
            {
                double sum = 0, weighted = 0;
                for (int position = 0; position < (int)grids[3][[]]; position++)
                {
                    double score = Enumerable.Range(0, each.Queries[3]).Sum(d => grids[0][[.. index[..3], d]] * grids[1][[.. index[..2], position, d]]);
                    double share = Math.Exp(score / Math.Sqrt(each.Queries[3]));
                    sum += share;
                    weighted += share * grids[2][[.. index[..2], position, index[3]]];
                }

                return sum == 0 ? 0 : weighted / sum;
            }))
        { Tolerance = 4 };

    // Element i is kept where the 24 upper bits of its word lie below the bound, in 2^-24.
    private static IEnumerable<OpCase> Dropouts() =>
        from shape in new int[][] { [], [5], [3, 41], [0, 2], [70, 1031] }
        from rate in new[] { 0.25, 0.9 }
        select new OpCase(
            FormattableString.Invariant($"Dropout{OpCases.Text(shape)}/{rate}"),
            [Grid.Random(shape, 8)],
            inputs => inputs[0].Dropout(new RandomKey(Key), rate),
            grids => grids[0] with { Values = [.. grids[0].Values.Select((value, place) => Word(place) >> 8 < (float)(1 - rate) * (1 << 24) ? value / (1 - rate) : 0)] });

    private static uint Word(int place)
    {
        (uint a, uint b, uint c, uint d) = Philox.Block(Key, (ulong)place / 4);
        return (place % 4) switch { 0 => a, 1 => b, 2 => c, _ => d };
    }

    private static IEnumerable<OpCase> Softmaxes() =>
        from place in new (int[] Shape, int Axis)[] { ([7], -1), ([3, 5], 1), ([3, 5], 0), ([2, 3, 4], -2), ([3, 1], -1), ([0, 3], -1), ([33, 1031], 1) }
        from logarithm in new[] { false, true }
        select new OpCase(
            $"{(logarithm ? "LogSoftmax" : "Softmax")}{OpCases.Text(place.Shape)}/{place.Axis}",
            [Grid.Random(place.Shape, 3, -4, 4)],
            inputs => logarithm ? inputs[0].LogSoftmax(place.Axis) : inputs[0].Softmax(place.Axis),
            grids =>
            {
                int axis = place.Axis < 0 ? place.Axis + place.Shape.Length : place.Axis;
                Grid sums = grids[0].Reduce([axis], true, values => values.Sum(Math.Exp));
                return Grid.Map(x => logarithm ? x[0] - Math.Log(x[1]) : Math.Exp(x[0]) / x[1], grids[0], sums);
            });
}
