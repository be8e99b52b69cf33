using System.Text.Json;
using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Text.Tests.Golden;

namespace Laminet.Text.Tests.Metrics;

/// <summary>The traps of the table "vision and language" are named by their numbers.</summary>
public class MetricTests
{
    // golden: make_metrics.py, sacreBLEU
    private static readonly JsonElement Golden = GoldenFile.Read("metrics.json");

    private static readonly string[] Texts = Golden.Texts("texts"), References = Golden.Texts("references"), Others = Golden.Texts("others");

    private static readonly IReadOnlyList<string>[] Both = [.. References.Zip(Others, (one, other) => new[] { one, other })];

    // The cases of sacreBLEU's README and tests.
    private static readonly string[] Dogs = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];

    private static readonly string[][] DogReferences = [["The dog bit the man.", "The dog had bit the man."], ["It was not unexpected.", "No one was surprised."], ["The man bit him first.", "The man had bitten the dog."]];

    [Fact]
    public void Published_cases_of_Bleu()
    {
        Assert.Equal(48.530827, Bleu.Corpus(Dogs, DogReferences).Score, 1e-6);
        Assert.Equal(49.1919566, Bleu.Corpus(Dogs, DogReferences, tokenize: false).Score, 1e-6);
        Assert.Equal(48.530827, Bleu.Corpus(Dogs, DogReferences, smoothing: Smoothing.None).Score, 1e-6);
        Assert.Equal(0, Bleu.Corpus(["", "", ""], DogReferences).Score);
        Assert.Equal("77.65", Bleu.Corpus(Dogs, DogReferences, order: 1).Score.ToString("F2", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("60.50", Bleu.Corpus(Dogs, DogReferences, order: 2).Score.ToString("F2", System.Globalization.CultureInfo.InvariantCulture));
        // 3 of 4 words, 2 of 3, 1 of 2, and a tenth for none of 1 run of four.
        Assert.Equal(100 * Math.Pow(0.75 * (2.0 / 3) * 0.5 * 0.1, 0.25), Bleu.Corpus(["this is a fest"], ["this is a test"], smoothing: Smoothing.Floor).Score, 1e-9);
        Assert.Equal(15.55722182, Bleu.Corpus(["am I am a character sequence"], ["I am a symbol string sequence a a"], smoothing: Smoothing.Floor).Score, 1e-6);
        Assert.Equal([4, 2, 1, 0], Bleu.Corpus(["am I am a character sequence"], ["I am a symbol string sequence a a"]).Matches);
        Assert.Equal(36.78794411714425, Bleu.Corpus(["test"], ["a test"], effectiveOrder: true).Score, 1e-8);
        Assert.Equal(83.75922397, Bleu.OfCounts([9, 7, 5, 3], [10, 8, 6, 4], 11, 11, Smoothing.None, effectiveOrder: false).Score, 1e-6);
        Assert.Equal(0, Bleu.OfCounts([6, 5, 4, 0], [6, 5, 4, 3], 6, 6, Smoothing.None, effectiveOrder: false).Score);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("lowercase")]
    [InlineData("floor")]
    [InlineData("add-k")]
    [InlineData("none")]
    [InlineData("untokenized")]
    [InlineData("order2")]
    [InlineData("effective")]
    public void Bleu_is_that_of_sacreBleu(string name)
    {
        Smoothing smoothing = name switch { "floor" => Smoothing.Floor, "add-k" => Smoothing.AddOne, "none" => Smoothing.None, _ => Smoothing.Exponential };
        Bleu score = Bleu.Corpus(Texts, Both, name == "order2" ? 2 : 4, smoothing, name == "effective", name == "lowercase", name != "untokenized");
        JsonElement expected = Golden.GetProperty("bleu").GetProperty(name);
        Assert.Equal(expected.GetProperty("score").GetDouble(), score.Score, 1e-9);
        Assert.Equal(expected.GetProperty("precisions").EnumerateArray().Select(one => one.GetDouble()), score.Precisions, (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal((expected.GetProperty("length").GetInt32(), expected.GetProperty("reference_length").GetInt32()), (score.Length, score.ReferenceLength));
    }

    [Fact]
    public void Bleu_of_single_sentences_is_that_of_sacreBleu() =>
        Assert.Equal(Golden.GetProperty("sentences").EnumerateArray().Select(one => one.GetDouble()), Texts.Zip(References, (text, reference) => Bleu.Sentence(text, [reference]).Score), (one, other) => Math.Abs(one - other) < 1e-9);

    [Theory]
    [InlineData("default", 0, 2, false)]
    [InlineData("words", 2, 2, false)]
    [InlineData("lowercase", 0, 2, true)]
    [InlineData("beta3", 0, 3, false)]
    public void Chrf_is_that_of_sacreBleu(string name, int words, double beta, bool lowercase) =>
        Assert.Equal(Golden.GetProperty("chrf").GetProperty(name).GetDouble(), Chrf.Corpus(Texts, Both, 6, words, beta, lowercase), 1e-9);

    // A51
    [Fact]
    public void Short_lines_score_zero_unless_the_order_is_effective()
    {
        Assert.Equal(0, Bleu.Corpus(["the cat sat"], ["the cat sat"]).Score);
        Assert.Equal(100, Bleu.Corpus(["the cat sat"], ["the cat sat"], effectiveOrder: true).Score, 1e-9);
        Assert.Equal(100, Bleu.Sentence("the cat sat", ["the cat sat"]).Score, 1e-9);
        Assert.Equal(0, Bleu.Sentence("this is a cat", ["okay thanks"]).Score);
    }

    // A52
    [Theory]
    [InlineData("a", "a", 100)]
    [InlineData("aa", "ab", 25)]
    [InlineData("a b c", "abc", 100)]
    [InlineData("", "c", 0)]
    [InlineData("abcdefg", "hijklmnop", 0)]
    public void Chrf_leaves_out_orders_beyond_the_length(string text, string reference, double expected) => Assert.Equal(expected, Chrf.Sentence(text, [reference]), 1e-9);

    // A53
    [Fact]
    public void RougeLsum_looks_at_each_line()
    {
        Assert.Equal(0.5, Rouge.L("c d\na b", "a b\nc d").F, 1e-12);
        Assert.Equal(1.0, Rouge.LSum("c d\na b", "a b\nc d").F, 1e-12);
    }

    [Fact]
    public void Rouge_by_hand()
    {
        // "the cat was found under the bed" against "the cat was under the bed": 6 of 7 and 6 of 6 words, 4 of 6 and 4 of 5 pairs.
        (string text, string reference) = ("the cat was found under the bed", "The cat was under the bed.");
        Assert.Equal(new Rouge(6.0 / 7, 1, 12.0 / 13), Rouge.N(text, reference, 1), (one, other) => Math.Abs(one.F - other.F) + Math.Abs(one.Precision - other.Precision) + Math.Abs(one.Recall - other.Recall) < 1e-12);
        Assert.Equal((4.0 / 6, 4.0 / 5), (Rouge.N(text, reference, 2).Precision, Rouge.N(text, reference, 2).Recall));
        Assert.Equal(12.0 / 13, Rouge.L(text, reference).F, 1e-12);
        // A subsequence need not be contiguous: "a c e" of five words.
        Assert.Equal((1.0, 0.6), (Rouge.L("a c e", "a b c d e").Precision, Rouge.L("a c e", "a b c d e").Recall));
        Assert.Equal(0, Rouge.N("", "a", 1).F);
        Assert.Equal(1, Rouge.N("лиса и ёлка", "лиса и ёлка", 2, text => text.Split(' ')).F);
        Assert.Equal(0.5, Rouge.Mean([new Rouge(1, 1, 1), new Rouge(0, 0, 0)]).F);
        Assert.Throws<ArgumentException>(() => Rouge.Mean([]));
    }

    [Fact]
    public void Answers_are_scored_as_on_Squad()
    {
        AnswerScore score = AnswerScore.Of(["The Eiffel Tower!", "in Paris, France", "", "London"], [["Eiffel tower"], ["Rome", "Paris"], [""], ["Berlin"]]);
        Assert.Equal(0.5, score.ExactMatch);
        // 1, then 2 * (1/3) * 1 / (4/3) = 0.5, then 1 for both without an answer, then 0.
        Assert.Equal((1 + 0.5 + 1 + 0) / 4, score.F1, 1e-12);
    }

    [Fact]
    public void Error_rates_by_hand()
    {
        // One word replaced, one left out, one too many; eight words.
        Assert.Equal(3.0 / 8, ErrorRate.Words(["the dog sat on the", "a b b"], ["the cat sat on the mat", "a b"]));
        Assert.Equal(0.5, ErrorRate.Words(["a x"], ["a b"]));
        Assert.Equal(2.0, ErrorRate.Words(["a b c"], ["b"]));
        Assert.Equal(0.25, ErrorRate.Characters(["cat😀"], ["bat😀"]));
        Assert.Contains("references are empty", Assert.Throws<ArgumentException>(() => ErrorRate.Words(["a"], [""])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_counts_as_a_whole() =>
        Assert.Equal(1.0 / 3, SequenceAccuracy.Of<int>([[1, 2], [1, 2, 3], [4]], [[1, 2], [1, 2], [5]]), 1e-12);

    // A62
    [Fact]
    public void Perplexity_is_over_tokens_and_not_over_batches()
    {
        Perplexity perplexity = new(fromLogits: false);
        Update(100, Math.Exp(-2));
        Update(10, Math.Exp(-4));
        Assert.Equal(8.862405, perplexity.Result().ToDouble(), 1e-5);
        perplexity.ResetState();
        Perplexity masked = new(maskTokenId: 0);
        masked.UpdateState(Tensor.From(new[] { 1, 0 }), Tensor.From(new double[,] { { 0, Math.Log(3) }, { 5, 1 } }));
        Assert.Equal(4.0 / 3, masked.Result().ToDouble(), 1e-9);
        Perplexity weighted = new();
        weighted.UpdateState(Tensor.From(new[] { 1, 0 }), Tensor.From(new double[,] { { 0, Math.Log(3) }, { 0, 0 } }), Tensor.From(new[] { 1.0, 0.0 }));
        Assert.Equal(4.0 / 3, weighted.Result().ToDouble(), 1e-9);

        void Update(int tokens, double probability)
        {
            double[,] probabilities = new double[tokens, 2];
            for (int i = 0; i < tokens; i++)
                (probabilities[i, 0], probabilities[i, 1]) = (probability, 1 - probability);
            perplexity.UpdateState(Tensor.From(new int[tokens]), Tensor.From(probabilities));
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("Received 1 texts and 2 references", Assert.Throws<ArgumentException>(() => Bleu.Corpus(["a"], ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.Contains("The text 0 has no reference", Assert.Throws<ArgumentException>(() => Chrf.Corpus(["a"], [(IReadOnlyList<string>)[]])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Rouge.N("a", "a", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bleu.Corpus(["a"], ["a"], order: 0));
    }

    // A table of their product would take 1.6 GB.
    [Fact]
    public void The_longest_common_subsequence_of_long_texts_takes_two_rows()
    {
        string one = string.Join(' ', Enumerable.Range(0, 20_000)), other = string.Join(' ', Enumerable.Range(0, 20_000).Where(number => number % 4 != 0));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Rouge score = Rouge.L(one, other);
        Assert.Equal((0.75, 1), (score.Precision, score.Recall));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    // The length is that of the places, which ROUGE-Lsum of one line has.
    [Fact]
    public void ROUGE_L_and_ROUGE_Lsum_agree_on_a_line_of_different_words()
    {
        Random random = new(1);
        for (int round = 0; round < 50; round++)
        {
            string one = string.Join(' ', Enumerable.Range(0, 9).OrderBy(_ => random.Next())), other = string.Join(' ', Enumerable.Range(3, 9).OrderBy(_ => random.Next()));
            Assert.Equal(Rouge.LSum(one, other).F, Rouge.L(one, other).F, 12);
        }
    }
}
