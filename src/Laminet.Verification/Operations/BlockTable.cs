using Laminet.Tensors.Blocks;

namespace Laminet.Verification.Operations;

internal static class BlockTable
{
    public static IEnumerable<BlockCase> Rows() => [.. Normalizations(), .. GroupNormalizations(), .. ResponseNormalizations(), .. LayerNormalizations(), .. Dropouts(), .. Softmaxes(), .. CachedAttentions(), .. Attentions(), .. SequenceLosses(), .. RecurrenceTable.Rows()];

    private static IEnumerable<BlockCase> Softmaxes()
    {
        foreach (int[] shape in (int[][])[[5], [3, 1], [4, 10], [2, 3, 16], [5, 37], [33, 100]])
        {
            string at = OpCases.Text(shape);
            int[] outer = shape[..^1];
            Grid x = Grid.Random(shape, 1), dy = Grid.Random(shape, 2), upstream = Grid.Random(outer, 3);
            Grid targets = Grid.Random(shape, 4, 0, 1), labels = Grid.Whole(outer, 5, shape[^1], DType.Int32);
            yield return new($"Softmax{at}", new Softmax(), [x], [0]);
            yield return new($"SoftmaxGradient{at}", new SoftmaxGradient(), [x, dy], [0, 1]);
            yield return new($"LogSoftmax{at}", new LogSoftmax(), [x], [0]);
            yield return new($"LogSoftmaxGradient{at}", new LogSoftmaxGradient(), [x, dy], [0, 1]);
            yield return new($"SparseCrossEntropy{at}", new SparseCrossEntropy(), [x, labels], [0]);
            yield return new($"SparseCrossEntropyGradient{at}", new SparseCrossEntropyGradient(), [x, labels, upstream], [0, 2]);
            yield return new($"CrossEntropy{at}", new CrossEntropy(), [x, targets], [0, 1]);
            yield return new($"CrossEntropyGradient{at}", new CrossEntropyGradient(), [x, targets, upstream], [0, 1, 2]);
            Grid beyond = labels with { Values = [.. labels.Values.Select((label, i) => i % 2 == 0 ? label + shape[^1] : -1 - label)] };
            yield return new($"SparseCrossEntropy{at}OfNoClass", new SparseCrossEntropy(), [x, beyond], [0]);
            yield return new($"SparseCrossEntropyGradient{at}OfNoClass", new SparseCrossEntropyGradient(), [x, beyond, upstream], [0, 2]);
        }
    }

    // Equal neighbours, an example without labels, and one that has no way to be read: three labels, two of them equal, in three steps.
    private static IEnumerable<BlockCase> SequenceLosses()
    {
        foreach ((int steps, int classes, double[] rows) in ((int, int, double[])[])[(6, 4, [1, 2, 3, 2, 2, 0]), (3, 3, [1, 1, 2, 0, 0, 0]), (9, 5, [4, 1, 1, 3, 0, 0])])
        {
            string kind = $"({steps},{classes})";
            Grid logits = Grid.Random([2, steps, classes], 31), labels = new([2, 3], rows, DType.Int32), upstream = Grid.Random([2], 32);
            yield return new($"CtcLoss{kind}", new CtcLoss(), [logits, labels], steps == 3 ? [] : [0]);
            yield return new($"CtcLossGradient{kind}", new CtcLossGradient(), [logits, labels, upstream], steps == 3 ? [] : [0, 2]);
        }
    }

    private static IEnumerable<BlockCase> LayerNormalizations()
    {
        foreach (int[] shape in (int[][])[[5], [1, 3], [7, 1], [37, 3], [2, 5, 4, 16], [70, 300], [3, 65]])
        {
            Grid x = Grid.Random(shape, 1), dy = Grid.Random(shape, 2), gamma = Grid.Random([shape[^1]], 3, 0.5, 1.5), beta = Grid.Random([shape[^1]], 4);
            foreach (bool centers in (bool[])[true, false])
            {
                string kind = $"{OpCases.Text(shape)}{(centers ? "" : "uncentred")}";
                yield return new($"LayerNormalize{kind}", new LayerNormalize(0.1, centers), [x, gamma, beta], [0, 1, 2]);
                yield return new($"LayerNormalizeGradient{kind}", new LayerNormalizeGradient(0.1, centers), [x, dy, gamma], [0, 1, 2]);
            }
        }
    }

    private static IEnumerable<BlockCase> Attentions()
    {
        foreach ((int[] sizes, int[]? mask, bool causal, double dropout) in ((int[], int[]?, bool, double)[])
            [([2, 3, 5, 2, 2, 4, 3], null, false, 0), ([1, 4, 4, 4, 2, 3, 2], [1, 1, 4, 4], true, 0), ([2, 3, 4, 2, 1, 3, 2], [2, 1, 1, 4], false, 0.4), ([1, 60, 40, 2, 2, 17, 9], null, true, 0.3), ([1, 30, 70, 1, 1, 16, 32], null, false, 0)])
        {
            string kind = FormattableString.Invariant($"{OpCases.Text(sizes)}{mask?.Length}{causal}{dropout}");
            Grid[] grids = AttentionCases.Inputs(sizes, mask);
            Tensor[] Keyed(IEnumerable<Tensor> inputs) => dropout > 0 ? [.. inputs, Tensor.Scalar(99L)] : [.. inputs];
            yield return new($"DotProductAttention{kind}", new DotProductAttention(causal, 0.5, dropout, mask is not null), grids, [0, 1, 2], inputs => Keyed(inputs));
            yield return new($"DotProductAttentionGradient{kind}", new DotProductAttentionGradient(causal, 0.5, dropout, mask is not null),
                [.. grids[..3], Grid.Random([sizes[0], sizes[1], sizes[3], sizes[6]], 9), .. grids[3..]], [0, 1, 2, 3], inputs => Keyed(inputs));
        }
    }

    private static IEnumerable<BlockCase> CachedAttentions() =>
        from each in ((int[] Queries, int KeyHeads, int Longest, int Length, int[]? Mask, bool Causal)[])
        [
            ([2, 3, 1, 4], 3, 7, 5, null, false), ([1, 2, 3, 9], 2, 150, 131, null, false), ([1, 1, 1, 16], 1, 64, 64, null, false), ([1, 2, 1, 3], 2, 5, 0, null, false),
            ([2, 4, 3, 5], 2, 9, 6, [2, 1, 1, 9], true), ([1, 2, 4, 3], 1, 90, 80, null, true), ([2, 2, 2, 3], 2, 6, 6, [2, 2, 2, 6], false),
        ]
        let queries = each.Queries
        let cache = (int[])[queries[0], each.KeyHeads, each.Longest, queries[3]]
        // Of every five places, two count.
        let masks = each.Mask is null ? (Tensor[])[] : [Grid.Whole(each.Mask, 4, 5, DType.Int32).ToTensor(DType.Int32).Less(2)]
        select new BlockCase(
            $"CachedAttention{OpCases.Text(queries)}/{each.KeyHeads}/{each.Longest}:{each.Length}{masks.Length}{each.Causal}", new CachedAttention(each.Causal, each.Mask is not null),
            [Grid.Random(queries, 1), Grid.Random(cache, 2), Grid.Random(cache, 3)], [0, 1, 2], inputs => [.. inputs, Tensor.Scalar(each.Length), .. masks]);

    private static IEnumerable<BlockCase> Dropouts() =>
        from shape in (int[][])[[], [7], [3, 1031]]
        from rate in (double[])[0, 0.3, 0.999]
        select new BlockCase(FormattableString.Invariant($"Dropout{OpCases.Text(shape)}/{rate}"), new Dropout(rate), [Grid.Random(shape, 6)], [0], inputs => [inputs[0], Tensor.Scalar(-77L)]);


    private static IEnumerable<BlockCase> Normalizations()
    {
        foreach (int[] shape in (int[][])[[5], [1, 3], [7, 1], [37, 3], [2, 5, 4, 10], [300, 33], [3, 65], [40, 300]])
        {
            string at = OpCases.Text(shape);
            int[] channels = [shape[^1]];
            Grid x = Grid.Random(shape, 1), dy = Grid.Random(shape, 2), gamma = Grid.Random(channels, 3, 0.5, 1.5), beta = Grid.Random(channels, 4);
            Grid mean = Grid.Random(channels, 5, 0.5, 2), variance = Grid.Random(channels, 6, 0.5, 2), byGamma = Grid.Random(channels, 7), byBeta = Grid.Random(channels, 8);
            yield return new($"ChannelMoments{at}", new ChannelMoments(), [x], [0]);
            foreach (bool relu in (bool[])[false, true])
            {
                string kind = relu ? $"{at}relu" : at;
                yield return new($"Normalize{kind}", new Normalize(1e-3, relu, OwnMoments: false), [x, mean, variance, gamma, beta], [0, 1, 2, 3, 4]);
                yield return new($"BatchNormalize{kind}", new Normalize(0.1, relu, OwnMoments: true), [x, gamma, beta], [0, 1, 2],
                    inputs => [inputs[0], .. new ChannelMoments().ApplyAll(inputs[0]), .. inputs[1..]]);
                yield return new($"NormalizeSums{kind}", new NormalizeSums(1e-3, relu), [x, dy, mean, variance, gamma, beta], [0, 1, 2, 3, 4, 5]);
                yield return new($"NormalizeInputGradient{kind}", new NormalizeInputGradient(1e-3, relu), [x, dy, mean, variance, gamma, beta, byGamma, byBeta],
                    [0, 1, 2, 3, 4, 5, 6, 7]);
            }
        }
    }

    private static IEnumerable<BlockCase> GroupNormalizations()
    {
        foreach ((int[] shape, int groups) in ((int[], int)[])[([1, 1], 1), ([3, 4], 2), ([2, 5, 6], 3), ([2, 3, 4, 10], 1), ([3, 4, 5], 5), ([1, 40, 300], 20), ([5, 37, 33], 11)])
        {
            string at = $"{OpCases.Text(shape)}/{groups}";
            int[] channels = [shape[^1]], byExample = [shape[0], shape[^1]], byGroup = [shape[0], groups];
            Grid x = Grid.Random(shape, 1), dy = Grid.Random(shape, 2), gamma = Grid.Random(channels, 3, -0.5, 1.5), beta = Grid.Random(channels, 4);
            Grid mean = Grid.Random(byGroup, 5), variance = Grid.Random(byGroup, 6, 0.5, 2), byGamma = Grid.Random(byExample, 7), byBeta = Grid.Random(byExample, 8);
            yield return new($"GroupMoments{at}", new GroupMoments(groups), [x], [0]);
            yield return new($"GroupNormalize{at}", new GroupNormalize(groups, 0.1), [x, gamma, beta], [0, 1, 2],
                inputs => [inputs[0], .. new GroupMoments(groups).ApplyAll(inputs[0]), .. inputs[1..]]);
            yield return new($"GroupNormalizeSums{at}", new GroupNormalizeSums(groups, 1e-3), [x, dy, mean, variance, gamma, beta], [0, 1, 2, 3]);
            yield return new($"GroupNormalizeInputGradient{at}", new GroupNormalizeInputGradient(groups, 1e-3), [x, dy, mean, variance, gamma, beta, byGamma, byBeta],
                [0, 1, 2, 3, 4, 6, 7]);
        }
    }

    private static IEnumerable<BlockCase> ResponseNormalizations()
    {
        foreach ((int[] shape, int size, double beta) in ((int[], int, double)[])[([1], 1, 0.75), ([3, 2], 5, 0.75), ([4, 7], 4, 0.75), ([2, 3, 12], 3, 0.6), ([70, 96], 5, 0.75), ([3, 1100], 5, 1)])
        {
            string at = $"{OpCases.Text(shape)}:{size}";
            LocalResponseNormalize normalize = new(size, 0.5, beta, 1.5);
            yield return new($"LocalResponseNormalize{at}", normalize, [Grid.Random(shape, 1)], [0]);
            yield return new($"LocalResponseGradient{at}", new LocalResponseGradient(normalize), [Grid.Random(shape, 1), Grid.Random(shape, 2)], [0, 1]);
        }
    }
}
