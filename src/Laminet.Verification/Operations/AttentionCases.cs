using Laminet.Tensors.Runtime;

namespace Laminet.Verification.Operations;

internal static class AttentionCases
{
    private const ulong Key = 0x0FED_CBA9_8765_4321;

    /// <summary>Shapes around the kernel's tiles and blocks: (batch, queries, keys, heads, key heads, d, dv), the mask's axes or none, causal, dropout.</summary>
    private static readonly (int[] Sizes, int[]? Mask, bool Causal, double Dropout)[] Settings =
    [
        ([1, 1, 1, 1, 1, 1, 1], null, false, 0), ([2, 3, 5, 2, 2, 4, 3], null, false, 0), ([2, 5, 5, 4, 2, 3, 4], null, true, 0), ([1, 4, 7, 3, 1, 5, 2], null, true, 0),
        ([1, 7, 4, 2, 2, 5, 2], null, true, 0), ([2, 4, 5, 2, 1, 3, 3], [2, 1, 1, 5], false, 0), ([2, 4, 5, 2, 2, 3, 3], [2, 2, 4, 5], false, 0), ([2, 4, 4, 2, 2, 3, 3], [1, 1, 4, 4], true, 0),
        ([2, 4, 5, 2, 2, 3, 3], [2, 1, 4, 1], false, 0), ([2, 3, 7, 2, 1, 4, 3], null, false, 0.4), ([1, 6, 6, 2, 2, 4, 3], [1, 1, 6, 6], true, 0.3), ([0, 3, 4, 2, 2, 3, 3], null, false, 0),
        ([2, 0, 4, 2, 2, 3, 3], null, false, 0), ([1, 3, 0, 1, 1, 2, 2], null, false, 0), ([1, 50, 70, 2, 1, 33, 17], null, false, 0), ([1, 100, 100, 1, 1, 16, 32], null, true, 0),
        ([1, 30, 300, 2, 2, 7, 48], [1, 1, 1, 300], false, 0.2), ([1, 150, 150, 1, 1, 4, 3], [1, 1, 150, 150], true, 0),
        ([1, 9, 33, 2, 1, 5, 18], null, false, 0), ([2, 17, 17, 2, 2, 3, 4], [2, 1, 17, 17], true, 0),
    ];

    public static IEnumerable<OpCase> Rows() =>
    [
        .. Settings.Select(setting => Row(setting.Sizes, setting.Mask, setting.Causal, setting.Dropout)),
        .. Settings.Where(setting => setting.Dropout == 0 && setting.Sizes[1] < 30).Select(setting => Scores(setting.Sizes, setting.Mask, setting.Causal)),
    ];

    public static Grid[] Inputs(int[] sizes, int[]? mask)
    {
        (int batch, int queries, int keys, int heads, int keyHeads, int d, int dv) = (sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6]);
        Grid[] inputs = [Grid.Random([batch, queries, heads, d], 1), Grid.Random([batch, keys, keyHeads, d], 2), Grid.Random([batch, keys, keyHeads, dv], 3)];
        // Of every five places, two count; with short rows some queries are left without keys.
        return mask is null ? inputs : [.. inputs, Grid.Whole(mask, 4, 5, DType.Bool) is var whole ? whole with { Values = [.. whole.Values.Select(value => value < 2 ? 1.0 : 0)] } : null!];
    }

    private static OpCase Row(int[] sizes, int[]? mask, bool causal, double dropout)
    {
        string name = $"DotProductAttention{OpCases.Text(sizes)}{(mask is null ? "" : $" masked {OpCases.Text(mask)}")}{(causal ? " causal" : "")}{(dropout > 0 ? FormattableString.Invariant($" dropout {dropout}") : "")}";
        (int queries, int keys, int heads, int group) = (sizes[1], sizes[2], sizes[3], sizes[3] / sizes[4]);
        double? scale = mask is null ? null : 0.7;
        return new OpCase(name, Inputs(sizes, mask),
            inputs => inputs[0].DotProductAttention(inputs[1], inputs[2], mask is null ? null : inputs[3], causal, scale, dropout, new RandomKey(Key)),
            grids => Grid.From([sizes[0], queries, heads, sizes[6]], index =>
            {
                (int batch, int query, int head, int place) = (index[0], index[1], index[2], index[3]);
                double sum = 0, weighted = 0;
                for (int key = 0; key < keys; key++)
                {
                    double share = Share(grids, sizes, causal, scale, mask is null ? null : grids[3], [batch, head, query, key]);
                    if (share == 0)
                        continue;
                    sum += share;
                    if (dropout == 0 || Word((((((batch * heads) + head) * queries) + query) * keys) + key) >> 8 < (float)(1 - dropout) * (1 << 24))
                        weighted += share * grids[2][batch, key, head / group, place] / (1 - dropout);
                }

                return sum == 0 ? 0 : weighted / sum;
            }))
        { Tolerance = 8 };
    }

    private static OpCase Scores(int[] sizes, int[]? mask, bool causal)
    {
        double? scale = mask is null ? null : 0.7;
        return new OpCase($"AttentionScores{OpCases.Text(sizes)}{(mask is null ? "" : $" masked {OpCases.Text(mask)}")}{(causal ? " causal" : "")}", [.. Inputs(sizes, mask)[..2], .. Inputs(sizes, mask)[3..]],
            inputs => inputs[0].AttentionScores(inputs[1], mask is null ? null : inputs[2], causal, scale),
            grids => Grid.From([sizes[0], sizes[3], sizes[1], sizes[2]], index =>
            {
                double Of(int key) => Share(grids, sizes, causal, scale, mask is null ? null : grids[2], [.. index[..3], key]);
                return Of(index[3]) == 0 ? 0 : Of(index[3]) / Enumerable.Range(0, sizes[2]).Sum(Of);
            }))
        { Tolerance = 8 };
    }

    // What a key counts for a query before the sum is made 1: exp(scale q k), or 0. The place is (batch, head, query, key).
    private static double Share(Grid[] grids, int[] sizes, bool causal, double? scale, Grid? mask, int[] at)
    {
        if ((causal && at[3] > at[2]) || (mask is not null && mask.Broadcast(at) == 0))
            return 0;
        double score = Enumerable.Range(0, sizes[5]).Sum(i => grids[0][at[0], at[2], at[1], i] * grids[1][at[0], at[3], at[1] / (sizes[3] / sizes[4]), i]);
        return Math.Exp(score * (scale ?? 1 / Math.Sqrt(sizes[5])));
    }

    private static uint Word(int place)
    {
        (uint a, uint b, uint c, uint d) = Philox.Block(Key, (ulong)place / 4);
        return (place % 4) switch { 0 => a, 1 => b, 2 => c, _ => d };
    }
}
