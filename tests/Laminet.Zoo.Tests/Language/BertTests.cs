using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tests.Datasets;

namespace Laminet.Zoo.Tests.Language;

public class BertTests
{
    private static readonly BertSettings Small = new() { VocabularySize = 20, MaxLength = 12, Width = 24, NumBlocks = 2, NumHeads = 2, Dropout = 0, Seed = 1 };

    // facts.md. MiniLM-L6 with its pooler has 22,713,216.
    [Fact]
    public void Bert_base_has_109_482_240_parameters()
    {
        Assert.Equal(109_482_240, Bert.WithPooler().ParameterCount);
        Assert.Equal(22_713_216, Bert.WithPooler(BertSettings.MiniLM).ParameterCount);
    }

    // Trap A60's sibling: padding on the right has no influence, and no row is NaN, also of padding alone.
    [Fact]
    public void Padding_changes_nothing()
    {
        Model encoder = Bert.Encoder(Small);
        Tensor one = encoder.Predict(Tensor.From([5, 6, 7], [1, 3])), padded = encoder.Predict(Tensor.From([5, 6, 7, 0, 0, 0, 0, 0, 0, 0], [2, 5]));
        Assert.InRange((one.Squeeze(0) - padded.At(0).Slice(0, 3)).Abs().Max().ToDouble(), 0, 1e-5);
        Assert.True(padded.IsFinite().All().Item<bool>());
    }

    // Trap A64: the mean is over tokens; of a row (1, 0), (1, 0) and padding it is (1, 0).
    [Fact]
    public void Sentence_vectors_are_the_mean_of_tokens_of_length_1()
    {
        Model encoder = Bert.Encoder(Small);
        Tensor ids = Tensor.From([5, 6, 7, 0, 0], [1, 5]), steps = encoder.Predict(ids).Squeeze(0).Slice(0, 3).Mean(0);
        Tensor vector = Bert.SentenceVectors(encoder).Predict(ids).Squeeze(0);
        Assert.InRange((vector - (steps / steps.Square().Sum().Sqrt())).Abs().Max().ToDouble(), 0, 1e-6);
    }

    // Trap A14: the epsilon of BERT reaches the normalisations inside the blocks.
    [Fact]
    public void The_epsilon_is_that_of_all_normalisations() =>
        Assert.All(Bert.Encoder(Small with { Epsilon = 1e-7 }).Layers.OfType<Laminet.Layers.TransformerEncoder>(), block => Assert.Equal(1e-7, block.LayerNormEpsilon));

    [Fact]
    public void A_masked_language_model_learns_and_its_head_is_the_table_of_tokens()
    {
        Model model = Bert.MaskedLanguageModel(Small);
        // Encoder without pooler, dense, normalisation, one bias a token, and no second table.
        Assert.Equal(Bert.Encoder(Small).ParameterCount + (24 * 24) + 24 + 48 + 20, model.ParameterCount);
        // Each row counts on; the token of the mask is 3.
        Tensor rows = Tensor.Range(0, 10, DType.Int32) + Tensor.Range(0, 128, DType.Int32).ExpandDims(1) - (Tensor.Range(0, 128, DType.Int32).ExpandDims(1) / 6 * 6).Cast(DType.Int32) + 4;
        (Tensor inputs, Tensor targets) = MaskedTokens.Draw(rows, new RandomKey(2), maskToken: 3, vocabularySize: 20, firstOrdinary: 4);
        model.Compile(new Adam(5e-3), new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: MaskedTokens.Ignored));
        History history = model.Fit(inputs, targets, batchSize: 32, epochs: 40);
        Assert.InRange(history["loss"][^1], 0, 0.5 * history["loss"][0]);
    }

    // Trap A61, by hand: ln(e² + 2) - 2 and ln(e³ + 2) - 3, divided by the two steps that are to be told, and not by three.
    [Fact]
    public void Steps_that_are_ignored_do_not_count_in_the_mean()
    {
        SparseCategoricalCrossentropy loss = new(fromLogits: true, ignoreClass: MaskedTokens.Ignored);
        Tensor logits = Tensor.From([2f, 0, 0, 0, 3, 0, 1, 1, 1], [1, 3, 3]);
        Assert.Equal((Math.Log(Math.Exp(2) + 2) - 2 + Math.Log(Math.Exp(3) + 2) - 3) / 2, loss.Call(Tensor.From([0, 1, MaskedTokens.Ignored], [1, 3]), logits).ToDouble(), 1e-6);
        Assert.Equal(0, loss.Call(Tensor.Full([1, 3], MaskedTokens.Ignored, DType.Int32), logits).ToDouble());
    }

    [Fact]
    public void Of_the_tokens_15_in_100_are_chosen_and_8_of_10_of_them_are_masked()
    {
        Tensor tokens = (new RandomKey(1).Uniform([200, 100]) * 900).Cast(DType.Int32) + 100;
        (Tensor inputs, Tensor targets) = MaskedTokens.Draw(tokens, new RandomKey(3), maskToken: 4, vocabularySize: 1000, firstOrdinary: 200);
        (int[] before, int[] after, int[] told) = (tokens.ToArray<int>(), inputs.ToArray<int>(), targets.ToArray<int>());
        int[] chosen = [.. Enumerable.Range(0, before.Length).Where(i => told[i] != MaskedTokens.Ignored)];
        double ordinary = before.Count(token => token >= 200);
        Assert.InRange(chosen.Length / ordinary, 0.14, 0.16);
        Assert.All(chosen, i => Assert.Equal(before[i], told[i]));
        Assert.All(chosen, i => Assert.True(before[i] >= 200));
        Assert.All(Enumerable.Range(0, before.Length).Except(chosen), i => Assert.Equal(before[i], after[i]));
        Assert.InRange(chosen.Count(i => after[i] == 4) / (double)chosen.Length, 0.77, 0.83);
        Assert.InRange(chosen.Count(i => after[i] == before[i]) / (double)chosen.Length, 0.08, 0.12);
        Assert.All(chosen, i => Assert.True(after[i] == 4 || after[i] is >= 200 and < 1000));
    }

    // Whether the token of the second segment, which may stand in either place, is one of the upper half: only the segments tell which it is.
    [Fact]
    public void A_classifier_of_pairs_learns_and_is_saved()
    {
        Model model = Bert.Classifier(Bert.Encoder(Small with { HasSegments = true }), classes: 2, dropout: 0, seed: 2);
        RandomKey key = new(5);
        Tensor words = (key.Uniform([256, 2]) * 8).Cast(DType.Int32) + 4, place = (key.Fold(1).Uniform([256, 1]) * 2).Cast(DType.Int32);
        Tensor tokens = Tensor.Concatenate([Tensor.Full([256, 1], 1, DType.Int32), words], 1);
        Tensor segments = Tensor.Concatenate([Tensor.Zeros([256, 1], DType.Int32), place, 1 - place], 1);
        Tensor same = (tokens * segments).Sum(1).GreaterEqual(8).Cast(DType.Int32);
        model.Compile(new Adam(3e-3), new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
        model.Fit((tokens, segments), same, batchSize: 32, epochs: 20);
        Assert.InRange(model.Evaluate((tokens, segments), same)["accuracy"], 0.95, 1);

        using TemporaryFolder folder = new();
        model.Save(folder["pairs.laminet"]);
        ModelCatalog.RegisterLayers();
        Assert.Equal(model.Predict([tokens, segments])[0].ToArray<float>(), Model.Load(folder["pairs.laminet"]).Predict([tokens, segments])[0].ToArray<float>());
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("a width that the heads can share", Assert.Throws<ArgumentException>(() => Bert.Encoder(Small with { NumHeads = 5 })).Message, StringComparison.Ordinal);
        Assert.Contains("received 13 steps", Assert.Throws<ShapeException>(() => Bert.Encoder(Small).Predict(Tensor.Ones([1, 13], DType.Int32))).Message, StringComparison.Ordinal);
        Assert.Contains("2 or more", Assert.ThrowsAny<ArgumentException>(() => Bert.Classifier(Bert.Encoder(Small), classes: 1)).Message, StringComparison.Ordinal);
    }
}
