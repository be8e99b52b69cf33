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

    /// <summary>
    /// Lengths around the kernel's tile of 64 positions: queries (batch, heads, queries, d), key heads, longest, dv, length, the mask's axes or none, causal. Keys and values lie side
    /// by side where they are masked.
    /// </summary>
    private static readonly (int[] Queries, int KeyHeads, int Longest, int ValueWidth, int Length, DType Type, int[]? Mask, bool Causal)[] CacheSettings =
    [
        ([1, 1, 1, 1], 1, 1, 1, 1, DType.Int32, null, false), ([2, 3, 1, 4], 3, 7, 4, 5, DType.Int32, null, false), ([2, 1, 3, 5], 1, 4, 2, 4, DType.Int64, null, false),
        ([1, 2, 2, 3], 2, 6, 3, 0, DType.Int32, null, false), ([1, 2, 1, 9], 2, 150, 8, 64, DType.Int32, null, false), ([1, 2, 1, 9], 2, 150, 8, 131, DType.Int64, null, false),
        ([0, 2, 1, 4], 2, 5, 4, 2, DType.Int32, null, false), ([2, 4, 3, 33], 4, 70, 17, 65, DType.Int32, null, false), ([2, 4, 2, 5], 2, 7, 3, 6, DType.Int32, null, true),
        ([1, 3, 5, 4], 1, 9, 4, 3, DType.Int64, null, true), ([2, 2, 3, 4], 2, 80, 6, 70, DType.Int32, [2, 1, 1, 80], true), ([2, 4, 1, 3], 2, 9, 5, 8, DType.Int32, [2, 4, 1, 9], false),
        ([2, 2, 3, 3], 1, 6, 2, 6, DType.Int32, [1, 1, 3, 6], false), ([1, 2, 2, 3], 2, 5, 2, 4, DType.Int32, [1, 1, 2, 1], true), ([3, 2, 1, 4], 2, 140, 4, 133, DType.Int32, [3, 1, 1, 140], false),
    ];

    private static IEnumerable<OpCase> CachedAttentions()
    {
        foreach ((int[] queries, int keyHeads, int longest, int valueWidth, int length, DType type, int[]? mask, bool causal) in CacheSettings)
        {
            (int d, int group) = (queries[3], queries[1] / keyHeads);
            Grid[] inputs = [Grid.Random(queries, 3), Grid.Random([queries[0], keyHeads, longest, d], 4), Grid.Random([queries[0], keyHeads, longest, valueWidth], 5), new Grid([], [length], type)];
            if (mask is not null)
                inputs = [.. inputs, Grid.Whole(mask, 6, 5, DType.Bool) is var whole ? whole with { Values = [.. whole.Values.Select(value => value < 2 ? 1.0 : 0)] } : null!];
            string name = $"CachedAttention{OpCases.Text(queries)}/{keyHeads}/{longest}/{valueWidth}:{length} of {type}{(mask is null ? "" : $" masked {OpCases.Text(mask)}")}{(causal ? " causal" : "")}";
            yield return new OpCase(name, inputs, tensors => Attend(tensors, mask is not null, causal, d), grids => Grid.From([.. queries[..3], valueWidth], index =>
            {
                double sum = 0, weighted = 0;
                int seen = causal ? length - queries[2] + 1 + index[2] : length;
                for (int position = 0; position < seen; position++)
                {
                    if (mask is not null && grids[4].Broadcast([.. index[..3], position]) == 0)
                        continue;
                    double score = Enumerable.Range(0, d).Sum(i => grids[0][[.. index[..3], i]] * grids[1][[index[0], index[1] / group, position, i]]);
                    double share = Math.Exp(score / Math.Sqrt(d));
                    sum += share;
                    weighted += share * grids[2][[index[0], index[1] / group, position, index[3]]];
                }

                return sum == 0 ? 0 : weighted / sum;
            }))
            { Tolerance = 4 };
        }
    }

    private static Tensor Attend(Tensor[] inputs, bool masked, bool causal, int width)
    {
        if (!masked)
            return inputs[0].CachedAttention(inputs[1], inputs[2], inputs[3], causal: causal);
        Tensor cache = Tensor.Concatenate([inputs[1], inputs[2]], -1);
        return inputs[0].CachedAttention(cache.Slice(0, width, axis: 3), cache.Slice(width, axis: 3), inputs[3], inputs[4], causal);
    }

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
