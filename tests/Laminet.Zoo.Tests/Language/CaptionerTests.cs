using Laminet.Generation;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Language;

/// <summary>A network that writes about pictures: held to PyTorch with the same weights; step by step as all at once; and it learns.</summary>
public class CaptionerTests
{
    private static readonly GoldenNumbers Golden = new("translators.json");
    private static readonly Tensor Features = Wave("features", [3, 4, 5]), Target = Golden.Of("target", [3, 4]).Cast(DType.Int32);

    private static Captioner Network()
    {
        Captioner network = new(11, 8, 6);
        network.Call([Features, Target]);
        foreach ((string path, Variable variable) in ((IHasState)network).State)
            variable.Assign(Wave(path, variable.Shape));
        return network;
    }

    // That a name begins, as in make_translators_golden.py.
    private static Tensor Wave(string name, Shape shape)
    {
        int first = name.Index().Sum(letter => (letter.Index + 1) * letter.Item) % 1000;
        return Tensor.From([.. Enumerable.Range(0, shape.ElementCount).Select(i => (float)(0.4 * Math.Sin(first + (0.37 * i))))], shape);
    }

    [Fact]
    public void Logits_and_attention_are_those_of_PyTorch()
    {
        Captioner network = Network();
        double[] logits = network.Call([Features, Target]).Only.Cast(DType.Float64).ToArray<double>(), scores = network.AttentionScores(Features, Target).Cast(DType.Float64).ToArray<double>();
        Assert.All(Golden["captioner"].Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        Assert.All(Golden["captioner_scores"].Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 2e-6));
    }

    // traps-vision-language A59, A60: the logits of a step with its cache are those of the whole, also behind padding.
    [Fact]
    public void Steps_with_a_cache_give_the_logits_of_the_whole()
    {
        Captioner network = Network();
        Tensor target = Tensor.From(new[,] { { 1, 5, 6, 7 }, { 1, 9, 3, 2 }, { 1, 10, 4, 8 } });
        double[][] whole = [.. network.Call([Features, target]).Only.Cast(DType.Float64).ToArray<double>().Chunk(11)];
        (Tensor logits, Bundle<Tensor> cache) = network.Next(target.Slice(0, 2, axis: 1), Tensor.Scalar(0), network.NewCache(Features));
        Array.ForEach([0, 1, 2], row => AssertRow(whole[(4 * row) + 1], logits, row));
        (logits, _) = network.Next(target.Slice(2, 3, axis: 1), Tensor.Scalar(2), cache);
        Array.ForEach([0, 1, 2], row => AssertRow(whole[(4 * row) + 2], logits, row));

        Tensor padding = Tensor.From([0, 2, 1]);
        (logits, cache) = network.Next(Tensor.From(new[,] { { 1, 5, 6 }, { 0, 0, 1 }, { 0, 1, 10 } }), Tensor.Scalar(0), network.NewCache(Features), padding);
        AssertRow(whole[2], logits, 0);
        AssertRow(whole[4], logits, 1);
        AssertRow(whole[9], logits, 2);
        (logits, _) = network.Next(Tensor.From(new[,] { { 7 }, { 9 }, { 4 } }), Tensor.Scalar(3), cache, padding);
        AssertRow(whole[3], logits, 0);
        AssertRow(whole[5], logits, 1);
        AssertRow(whole[10], logits, 2);

        static void AssertRow(double[] expected, Tensor received, int row) => Assert.All(expected.Zip(received.At(row).Cast(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    // Which of four places holds the largest number, then what it is, then "after" the prompt's last token: what it must see, and what it must remember.
    [Fact]
    public void It_learns_what_pictures_show_and_what_was_said_before()
    {
        const int examples = 512;
        Random random = new(1);
        // Things are tokens 3 to 8; the sentence says the two of the picture in order, and 9 in place of one that the prompt named.
        (int First, int Second, int Said)[] all = [.. Enumerable.Range(0, examples + 64).Select(_ => { int first = random.Next(3, 8), second = random.Next(first + 1, 9); return (first, second, random.Next(2) == 0 ? first : random.Next(3, 9)); })];
        Tensor features = Tensor.From([.. all.SelectMany(one => Enumerable.Range(0, 4 * 6).Select(i => (i / 6, (i % 6) + 3) is var (place, thing) && ((place == 1 && thing == one.First) || (place == 3 && thing == one.Second)) ? 1f : 0f))], [all.Length, 4, 6]);
        int[] Sentence((int First, int Second, int Said) one) => [one.First == one.Said ? 9 : one.First, one.Second == one.Said ? 9 : one.Second, 2];
        Tensor Rows(Func<(int First, int Second, int Said), int[]> row) => Tensor.From([.. all[..examples].SelectMany(row)], [examples, 4]);
        Captioner network = new(10, 32, dropout: 0, featureDropout: 0);
        Model model = network.ToModel(4, 6, seed: 1);
        model.Compile(new Adam(1e-2) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: 0));
        model.Fit((features.Slice(0, examples), Rows(one => [1, one.Said, .. Sentence(one)[..2]])), Rows(one => [0, .. Sentence(one)]), batchSize: 64, epochs: 25);

        Tensor unseen = features.Slice(examples, examples + 64);
        int[][] prompts = [.. all[examples..].Select(one => (int[])[1, one.Said])], expected = [.. all[examples..].Select(one => Sentence(one)[..2])];
        GenerationSettings greedy = new() { MaxNewTokens = 4, StopTokens = [2] };
        Assert.InRange(expected.Zip(network.Generate(unseen, greedy, prompts)).Count(pair => pair.First.SequenceEqual(pair.Second)), 60, 64);
        IReadOnlyList<Hypothesis>[] found = network.BeamSearch(unseen, greedy with { NumBeams = 3 }, prompts);
        Assert.InRange(expected.Zip(found).Count(pair => pair.First.SequenceEqual(pair.Second[0].Tokens)), 60, 64);
        // Of two equal networks the ensemble writes what one writes, with the same scores.
        DecoderEnsemble ensemble = new([network, network]);
        IReadOnlyList<Hypothesis>[] together = ensemble.BeamSearch(prompts, greedy with { NumBeams = 3 }, ensemble.Join([network.NewCache(unseen), network.NewCache(unseen)]));
        Assert.All(found.Zip(together), pair => Assert.Equal(pair.First[0].Score, pair.Second[0].Score, 1e-4));
        Assert.Equal(found.Select(all => all[0].Tokens), together.Select(all => all[0].Tokens));
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        Captioner network = new(11, 8);
        Assert.Contains("NewCache(features)", Assert.Throws<InvalidOperationException>(() => ((IDecoder)network).Generate([1])).Message, StringComparison.Ordinal);
        Assert.Contains("Reshape feature maps", Assert.Throws<ShapeException>(() => network.NewCache(Tensor.Zeros([2, 3, 3, 5]))).Message, StringComparison.Ordinal);
        Assert.Contains("2 prompts for 3 pictures", Assert.Throws<ArgumentException>(() => network.Generate(Features, new(), [[1], [1]])).Message, StringComparison.Ordinal);
        Assert.Contains("features (batch, places, channels) and a target (batch, time)", Assert.Throws<ShapeException>(() => network.Call([Features, Target.Slice(0, 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Captioner(11, featureDropout: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_network_is_read_again()
    {
        string path = Path.Combine(Path.GetTempPath(), $"laminet-{Guid.NewGuid()}.laminet");
        try
        {
            Model model = new Captioner(11, 8, 6, 0.1, 0.2).ToModel(4, 5, seed: 3);
            model.Save(path);
            Assert.Equal(model.PredictOnBatch((Features, Target)).Only.ToArray<float>(), Model.Load(path).PredictOnBatch((Features, Target)).Only.ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
