using System.Text.Json.Nodes;
using Laminet.Generation;
using Laminet.Tensors;
using Laminet.Tensors.Ops;

namespace Laminet.Tests.Generation;

/// <summary>The filters against a reference of Hugging Face's processors, and the frequencies of what is drawn.</summary>
public class TokenChoiceTests
{
    private static double[] Probabilities(double[] logits, GenerationSettings settings) =>
        TokenChoice.Filtered(Tensor.From(logits, [1, logits.Length]), settings).Softmax().ToArray<double>();

    private static int[] Kept(double[] probabilities, GenerationSettings settings) =>
        [.. Probabilities([.. probabilities.Select(probability => Math.Log(probability))], settings).Index().Where(one => one.Item > 0).Select(one => one.Index)];

    [Fact]
    public void Filtered_distributions_are_those_of_the_reference()
    {
        foreach (JsonNode? row in GenerationGolden.Json["filters"]!.AsArray())
        {
            GenerationSettings settings = new()
            {
                Temperature = row!["temperature"]?.GetValue<double>(),
                TopK = row["top_k"]?.GetValue<int>(),
                TopP = row["top_p"]?.GetValue<double>(),
                MinP = row["min_p"]?.GetValue<double>(),
                RepetitionPenalty = row["penalty"]?.GetValue<double>() ?? 1,
            };
            double[] logits = GenerationGolden.Array<double>(row["logits"]!);
            int[] ids = GenerationGolden.Array<int>(row["ids"]!);
            Tensor seen = TokenChoice.Seen(Tensor.From(ids, [1, ids.Length]), null, logits.Length);
            double[] received = Probabilities(TokenChoice.Penalized(Tensor.From(logits, [1, logits.Length]), seen, settings.RepetitionPenalty).ToArray<double>(), settings);
            Assert.All(GenerationGolden.Array<double>(row["probabilities"]!).Zip(received), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    // The token that crosses the probability stays, and one always does (traps-vision-language A56).
    [Fact]
    public void Top_p_keeps_the_token_that_crosses_it()
    {
        Assert.Equal([0, 1, 2], Kept([.5, .35, .1, .05], new() { TopP = .9 }));
        Assert.Equal([0, 1, 2], Kept([.4, .3, .2, .1], new() { TopP = .8 }));
        Assert.Equal([1], Kept([.2, .5, .3], new() { TopP = 1e-9 }));
        Assert.Equal([0, 1, 2, 3], Kept([.5, .35, .1, .05], new() { TopP = 1 }));
    }

    [Fact]
    public void Tokens_as_likely_as_the_last_one_stay()
    {
        Assert.Equal([0, 1, 2], Kept([.4, .3, .3], new() { TopK = 2 }));
        Assert.Equal([0, 1, 2], Kept([.4, .3, .3], new() { TopP = .5 }));
        Assert.Equal([0, 1, 2], Kept([.4, .3, .3], new() { TopK = 2, TopP = .99 }));
    }

    // A negative logit is multiplied: else repetition would be rewarded (A57).
    [Fact]
    public void The_repetition_penalty_makes_seen_tokens_less_likely_whatever_their_sign()
    {
        Tensor seen = Tensor.Ones([1, 2], DType.UInt8);
        Assert.Equal([1.333333, -3], TokenChoice.Penalized(Tensor.From(new double[,] { { 2, -2 } }), seen, 1.5).ToArray<double>().Select(x => Math.Round(x, 6)));
    }

    [Fact]
    public void Padding_was_not_seen()
    {
        Tensor seen = TokenChoice.Seen(Tensor.From(new int[,] { { 0, 0, 3 }, { 1, 2, 1 } }), Tensor.From([2, 0]), 4);
        Assert.Equal([0, 0, 0, 1, 0, 1, 1, 0], seen.ToArray<byte>());
    }

    [Fact]
    public void Frequencies_are_the_filtered_probabilities()
    {
        const int draws = 40_000;
        GenerationSettings settings = new() { Temperature = 0.8, TopK = 5, MinP = 0.05 };
        double[] logits = [1, 0.2, -0.5, 2, 1.5, 0, -3, 0.7], expected = Probabilities(logits, settings);
        int[] counts = Counts(TokenChoice.Filtered(Tensor.From(logits, [1, 8]), settings), draws);
        double chiSquare = 0;
        for (int i = 0; i < 8; i++)
        {
            if (expected[i] == 0)
                Assert.Equal(0, counts[i]);
            else
                chiSquare += Math.Pow(counts[i] - (draws * expected[i]), 2) / (draws * expected[i]);
        }

        // 4 degrees of freedom: above 18.5 with a probability of 0.001.
        Assert.InRange(chiSquare, 0.01, 18.5);
    }

    // traps-sequences A68.
    [Fact]
    public void Large_logits_are_drawn_alike_and_impossible_tokens_never()
    {
        Assert.All(Counts(Tensor.From(new float[,] { { 1000, 1000, 1000, 1000, 1000 } }), 5000), count => Assert.InRange(count, 880, 1120));
        Assert.Equal([0, 5000, 0], Counts(Tensor.From(new[,] { { float.NegativeInfinity, 0, float.NegativeInfinity } }), 5000));
    }

    private static int[] Counts(Tensor logits, int draws)
    {
        Tensor keys = new FoldKeyBy().Apply(new RandomKey(5).AsTensor(), Tensor.Range(0, draws, DType.Int64));
        int[] drawn = TokenChoice.Drawn(logits.BroadcastTo([draws, logits.Shape[1]]), keys).ToArray<int>();
        return [.. Enumerable.Range(0, logits.Shape[1]).Select(token => drawn.Count(one => one == token))];
    }
}
