using Laminet.Generation;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Language;

/// <summary>Networks that read a sequence and write another: held to PyTorch with the same weights; step by step as all at once; and they learn.</summary>
public class TranslatorTests
{
    private static readonly GoldenNumbers Golden = new("translators.json");
    private static readonly Tensor Source = Golden.Of("source", [3, 5]).Cast(DType.Int32), Target = Golden.Of("target", [3, 4]).Cast(DType.Int32);

    public static TheoryData<string> Names => ["post_norm", "pre_norm", "untied", "bahdanau_gru", "bahdanau_lstm", "luong_gru", "luong_lstm", "bahdanau_copies", "luong_copies"];

    private static SequenceToSequence Network(string name)
    {
        SequenceToSequence network = name switch
        {
            "post_norm" => new Transformer(11, 8, layers: 2, numHeads: 2, intermediateDim: 12),
            "pre_norm" => new Transformer(11, 8, layers: 2, numHeads: 2, intermediateDim: 12, normalizeFirst: true),
            "untied" => new Transformer(11, 8, layers: 2, numHeads: 2, intermediateDim: 12, normalizeFirst: true, tieEmbeddings: false),
            "bahdanau_gru" => new BahdanauNetwork(11, 8, 6),
            "bahdanau_lstm" => new BahdanauNetwork(11, 8, 6, RecurrentUnit.Lstm),
            "luong_gru" => new LuongNetwork(11, 8, 6, RecurrentUnit.Gru),
            "bahdanau_copies" => new BahdanauNetwork(11, 8, 6, copies: true),
            "luong_copies" => new LuongNetwork(11, 8, 6, copies: true),
            _ => new LuongNetwork(11, 8, 6),
        };
        network.Call([Source, Target]);
        // A wave that the weight's name begins, as in make_translators_golden.py.
        foreach ((string path, Variable variable) in ((IHasState)network).State)
        {
            int first = path.Index().Sum(letter => (letter.Index + 1) * letter.Item) % 1000;
            variable.Assign(Tensor.From([.. Enumerable.Range(0, variable.Shape.ElementCount).Select(i => (float)(0.4 * Math.Sin(first + (0.37 * i))))], variable.Shape));
        }

        return network;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_and_attention_are_those_of_PyTorch(string name)
    {
        SequenceToSequence network = Network(name);
        double[] logits = network.Call([Source, Target]).Only.Cast(DType.Float64).ToArray<double>(), scores = network.AttentionScores(Source, Target).Cast(DType.Float64).ToArray<double>();
        (double[] expected, double[] looked) = (Golden[name], Golden[$"{name}_scores"]);
        int[] tokens = Target.ToArray<int>();
        // Where the target has ended nothing is defined.
        foreach (int place in Enumerable.Range(0, tokens.Length).Where(place => tokens[place] != 0))
        {
            Assert.All(expected.Chunk(11).ElementAt(place).Zip(logits.Chunk(11).ElementAt(place)), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
            Assert.All(looked.Chunk(5).ElementAt(place).Zip(scores.Chunk(5).ElementAt(place)), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
        }
    }

    // traps-vision-language A59, A60: the logits of a step with its cache are those of the whole, also behind padding.
    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_with_a_cache_give_the_logits_of_the_whole(string name)
    {
        SequenceToSequence network = Network(name);
        Tensor target = Tensor.From(new[,] { { 1, 5, 6, 7 }, { 1, 9, 3, 2 }, { 1, 10, 4, 8 } });
        double[][] whole = [.. network.Call([Source, target]).Only.Cast(DType.Float64).ToArray<double>().Chunk(11)];
        (Tensor logits, Bundle<Tensor> cache) = network.Next(target.Slice(0, 2, axis: 1), Tensor.Scalar(0), network.NewCache(Source, 6));
        AssertRows(1, logits, 0, 1, 2);
        (logits, cache) = network.Next(target.Slice(2, 3, axis: 1), Tensor.Scalar(2), cache);
        AssertRows(2, logits, 0, 1, 2);
        (logits, _) = network.Next(target.Slice(3, 4, axis: 1), Tensor.Scalar(3), cache);
        AssertRows(3, logits, 0, 1, 2);

        // Row 1 two places later, row 2 one.
        Tensor padding = Tensor.From([0, 2, 1]);
        (logits, cache) = network.Next(Tensor.From(new[,] { { 1, 5, 6 }, { 0, 0, 1 }, { 0, 1, 10 } }), Tensor.Scalar(0), network.NewCache(Source, 6), padding);
        AssertRow(whole[2], logits, 0);
        AssertRow(whole[4], logits, 1);
        AssertRow(whole[9], logits, 2);
        (logits, _) = network.Next(Tensor.From(new[,] { { 7 }, { 9 }, { 4 } }), Tensor.Scalar(3), cache, padding);
        AssertRow(whole[3], logits, 0);
        AssertRow(whole[5], logits, 1);
        AssertRow(whole[10], logits, 2);

        void AssertRows(int step, Tensor received, params int[] rows) => Array.ForEach(rows, row => AssertRow(whole[(4 * row) + step], received, row));

        static void AssertRow(double[] expected, Tensor received, int row) => Assert.All(expected.Zip(received.At(row).Cast(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    // Teacher forcing must not show the token that is to be written.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_sees_no_later_token_and_no_padding_of_the_source(string name)
    {
        SequenceToSequence network = Network(name);
        Tensor target = Tensor.From(new[,] { { 1, 5, 6, 7 }, { 1, 9, 3, 2 }, { 1, 10, 4, 8 } }), other = Tensor.From(new[,] { { 1, 5, 9, 2 }, { 1, 9, 8, 5 }, { 1, 10, 2, 3 } });
        Tensor first = network.Call([Source, target]).Only, changed = network.Call([Source, other]).Only, padded = network.Call([Source.Pad([(0, 0), (0, 3)], 0L), target]).Only;
        Assert.InRange((first - changed).Slice(0, 2, axis: 1).Abs().Max().Item<float>(), 0, 1e-6);
        Assert.True((first - changed).Slice(2, 4, axis: 1).Abs().Max().Item<float>() > 1e-3);
        Assert.InRange((first - padded).Abs().Max().Item<float>(), 0, 1e-5);
        Assert.All(network.AttentionScores(Source.Pad([(0, 0), (0, 3)], 0L), target).Slice(5, 8, axis: 2).ToArray<float>(), score => Assert.Equal(0, score, 1e-9));
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("bahdanau")]
    [InlineData("luong")]
    public void It_learns_to_reverse_digits_and_writes_them_by_all_ways_of_decoding(string name)
    {
        const int end = 2, examples = 768, longest = 4;
        SequenceToSequence network = name switch
        {
            "transformer" => new Transformer(13, 32, layers: 1, numHeads: 2, intermediateDim: 64, dropout: 0, normalizeFirst: true),
            "bahdanau" => new BahdanauNetwork(13, 32, dropout: 0),
            _ => new LuongNetwork(13, 32, dropout: 0),
        };
        Random random = new(1);
        int[][] sources = [.. Enumerable.Range(0, examples).Select(_ => Enumerable.Range(0, random.Next(2, longest + 1)).Select(_ => random.Next(3, 13)).ToArray())];
        Tensor Rows(Func<int[], IEnumerable<int>> row) => Tensor.From([.. sources.SelectMany(source => row(source).Concat(Enumerable.Repeat(0, longest + 1)).Take(longest + 1))], [examples, longest + 1]);
        Model model = network.ToModel(seed: 1);
        model.Compile(new Adam(1e-2) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.02), ["accuracy"]);
        History history = model.Fit((Rows(source => source), Rows(source => [1, .. source.Reverse()])), Rows(source => [.. source.Reverse(), end]), batchSize: 64, epochs: 14);
        Assert.InRange(history["accuracy"][^1], 0.97, 1);

        int[][] tests = [[5, 9, 3], [12, 4], [7, 3, 8, 11]];
        GenerationSettings greedy = new() { MaxNewTokens = 7, StopTokens = [end] };
        foreach (GenerationSettings settings in (GenerationSettings[])[greedy, greedy with { NumBeams = 3 }, greedy with { Temperature = 0.3, TopP = 0.5, Seed = 1 }])
            Assert.Equal(tests.Select(test => test.Reverse()), network.Generate(tests, settings));
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        Transformer network = new(11, 8, layers: 1, numHeads: 2);
        Assert.Contains("NewCache(sources, length)", Assert.Throws<InvalidOperationException>(() => ((IDecoder)network).Generate([1])).Message, StringComparison.Ordinal);
        Assert.Contains("Source 1 is [4, 11]; expected tokens from 1 to 10", Assert.Throws<ArgumentException>(() => network.Generate([[1], [4, 11]], new())).Message, StringComparison.Ordinal);
        Assert.Contains("Source 0 is []", Assert.Throws<ArgumentException>(() => network.Generate([[]], new())).Message, StringComparison.Ordinal);
        Assert.Contains("no sources", Assert.Throws<ArgumentException>(() => network.Generate([], new())).Message, StringComparison.Ordinal);
        Assert.Contains("a source (batch, steps) and a target (batch, time)", Assert.Throws<ShapeException>(() => network.Call([Source, Target.Slice(0, 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("which one table cannot serve", Assert.Throws<ArgumentOutOfRangeException>(() => new Transformer(11, sourceVocabularySize: 12)).Message, StringComparison.Ordinal);
        Assert.Contains("a divisor of the 8 units", Assert.Throws<ArgumentOutOfRangeException>(() => new Transformer(11, 8, numHeads: 3)).Message, StringComparison.Ordinal);
        Assert.Contains("below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new LuongNetwork(11, dropout: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("false where the 12 tokens to read are not the 11 to write", Assert.Throws<ArgumentOutOfRangeException>(() => new LuongNetwork(11, sourceVocabularySize: 12, copies: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_network_is_read_again()
    {
        foreach (SequenceToSequence network in (SequenceToSequence[])[new Transformer(11, 8, 1, 2, 12, 0.3, true, false, 12), new BahdanauNetwork(11, 8, 6, RecurrentUnit.Lstm, 0.1, false, 12), new LuongNetwork(11, 8, copies: true)])
        {
            string path = Path.Combine(Path.GetTempPath(), $"laminet-{Guid.NewGuid()}.laminet");
            try
            {
                Model model = network.ToModel(seed: 3);
                model.Save(path);
                Model read = Model.Load(path);
                Assert.Equal(model.PredictOnBatch((Source, Target)).Only.ToArray<float>(), read.PredictOnBatch((Source, Target)).Only.ToArray<float>());
            }
            finally
            {
                File.Delete(path);
            }
        }
    }
}
