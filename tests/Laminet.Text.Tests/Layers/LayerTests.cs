using System.Text;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Text.Layers;
using Laminet.Text.Tests.Golden;
using Laminet.Training;

namespace Laminet.Text.Tests.Layers;

/// <summary>The examples of Keras's documentation, with its numbers.</summary>
public class LayerTests
{
    [Fact]
    public void A_vocabulary_of_strings_is_ordered_as_in_Keras()
    {
        StringLookup lookup = new();
        lookup.Adapt([["a", "c", "d"], ["d", "z", "b"]]);
        Assert.Equal(["[UNK]", "d", "z", "c", "b", "a"], lookup.GetVocabulary());
        Assert.Equal([5, 3, 1, 1, 2, 4], lookup.Call(new[,] { { "a", "c", "d" }, { "d", "z", "b" } }).ToArray<int>());
        Assert.Equal([0], lookup.Call(["new"]).ToArray<int>());
        Assert.Equal(["d", "[UNK]"], lookup.Strings([1, 0]));
        Assert.Equal(6, lookup.VocabularySize);
        // By code points, as UTF-8 is ordered; .NET's halves of an emoji are below the wide tilde.
        StringLookup wide = new();
        wide.Adapt(["é", "😀", "～", "😁", "éa"]);
        Assert.Equal(["😁", "😀", "～", "éa", "é"], wide.Vocabulary);
    }

    [Fact]
    public void Masks_and_several_places_for_unknown_strings()
    {
        StringLookup lookup = new(maskToken: "", vocabulary: ["a", "b", "c", "d"]);
        Assert.Equal(["", "[UNK]", "a", "b", "c", "d"], lookup.GetVocabulary());
        Assert.Equal([2, 4, 5, 5, 1, 3, 0], lookup.Call(["a", "c", "d", "d", "z", "b", ""]).ToArray<int>());
        Assert.Equal([2, 4, 5, 0, 1, 3], new StringLookup(numOovIndices: 2, vocabulary: ["a", "b", "c", "d"]).Call(["a", "c", "d", "m", "z", "b"]).ToArray<int>());
        Assert.Contains("the string 'z' is not in the vocabulary, and numOovIndices is 0", Assert.Throws<ArgumentException>(() => new StringLookup(numOovIndices: 0, vocabulary: ["a"]).Call(["z"])).Message, StringComparison.Ordinal);
        // The most frequent, as many as there are places.
        StringLookup small = new(maxTokens: 3);
        small.Adapt(["a", "b", "b", "c", "c", "c", "[UNK]"]);
        Assert.Equal(["[UNK]", "c", "b"], small.GetVocabulary());
    }

    [Fact]
    public void Vectors_of_strings()
    {
        string[] vocabulary = ["a", "b", "c", "d"];
        Assert.Equal([0, 1, 0, 0, 0, 1, 0, 0, 0, 0], new StringLookup(vocabulary: vocabulary, outputMode: LookupOutput.OneHot).Call(["a", "z"]).ToArray<float>());
        string[,] rows = { { "a", "c", "d", "d" }, { "d", "z", "b", "z" } };
        Assert.Equal([0, 1, 0, 1, 1, 1, 0, 1, 0, 1], new StringLookup(vocabulary: vocabulary, outputMode: LookupOutput.MultiHot).Call(rows).ToArray<float>());
        Assert.Equal([0, 1, 0, 1, 2, 2, 0, 1, 0, 1], new StringLookup(vocabulary: vocabulary, outputMode: LookupOutput.Count).Call(rows).ToArray<float>());
        Tensor weighted = new StringLookup(vocabulary: vocabulary, idfWeights: [.25, .75, .6, .4], outputMode: LookupOutput.TfIdf).Call(rows);
        float[] expected = [0, .25f, 0, .6f, .8f, 1, 0, .75f, 0, .4f];
        Assert.Equal(expected, weighted.ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-6);
        // A mask has no place in vectors.
        Assert.Equal([0, 1, 0], new StringLookup(maskToken: "", vocabulary: ["a", "b"], outputMode: LookupOutput.Count).Call(["a", ""]).ToArray<float>());
        Assert.Equal(new Shape(1, 7), new StringLookup(maxTokens: 7, padToMaxTokens: true, vocabulary: vocabulary, outputMode: LookupOutput.MultiHot).Call(new[,] { { "a" } }).Shape);
    }

    [Fact]
    public void Inverse_document_frequencies_are_measured()
    {
        TextVectorization layer = new(outputMode: LookupOutput.TfIdf);
        layer.Adapt(["a b b", "a c", "a"]);
        Assert.Equal(["a", "b", "c"], layer.Vocabulary);
        // log(1 + 3 / (1 + n)) for words in 3, 1 and 1 of 3 texts.
        double[] idf = [Math.Log(1.75), Math.Log(2.5), Math.Log(2.5)];
        Assert.Equal(idf, layer.IdfWeights!, (one, other) => Math.Abs(one - other) < 1e-12);
        float[] expected = [(float)idf.Average(), 0, (float)(2 * idf[1]), 0];
        Assert.Equal(expected, layer.Call(["b b new"]).ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void A_vocabulary_of_integers_is_ordered_as_in_Keras()
    {
        IntegerLookup lookup = new();
        lookup.Adapt([[12, 1138, 42], [42, 1000, 36]]);
        Assert.Equal([-1, 42, 1138, 1000, 36, 12], lookup.GetVocabulary());
        Assert.Equal([5, 2, 1, 1, 3, 4], lookup.Call(Tensor.From(new[,] { { 12, 1138, 42 }, { 42, 1000, 36 } })).ToArray<int>());
        IntegerLookup places = new(vocabulary: ["12", "36", "1138", "42"], numOovIndices: 2);
        Assert.Equal([2, 4, 5, 1, 0, 3], places.Call(Tensor.From(new[] { 12, 1138, 42, 37, 1000, 36 })).ToArray<int>());
        Assert.Equal([0, 2, 1], new IntegerLookup(vocabulary: ["7"], maskToken: 0).Call(Tensor.From(new long[] { 0, 7, 9 })).ToArray<int>());
        Assert.Equal([0, 1, 0, 1, 1], new IntegerLookup(vocabulary: ["12", "36", "1138", "42"], outputMode: LookupOutput.MultiHot).Call(Tensor.From(new[] { 12, 1138, 42 })).ToArray<float>());
        Assert.Equal([-1, 0], new IntegerLookup(vocabulary: ["5000000000"], numOovIndices: 0).Call(Tensor.From(new[] { 4, 5_000_000_000 })).ToArray<int>());
    }

    [Fact]
    public void Texts_become_rows_of_numbers()
    {
        TextVectorization layer = new(maxTokens: 5000, outputSequenceLength: 4);
        layer.Adapt(["foo qux bar", "qux baz"]);
        Assert.Equal(["", "[UNK]", "qux", "foo", "baz", "bar"], layer.GetVocabulary());
        Assert.Equal([2, 1, 0, 0, 4, 2, 3, 5], layer.Call(["Qux, new!", "baz qux foo bar qux"]).ToArray<int>());
        TextVectorization given = new(vocabulary: ["earth", "wind", "and", "fire"]);
        Assert.Equal([2, 3, 4, 5, 1, 0, 0, 0], given.Call(["earth wind and fire", "ÉTOILE"]).ToArray<int>());
        TextVectorization pairs = new(ngrams: 2, standardize: Standardization.None);
        pairs.Adapt(["a b a b"]);
        Assert.Equal(["b", "a b", "a", "b a"], pairs.GetVocabulary(includeSpecialTokens: false));
        TextVectorization characters = new(split: TextSplit.Character);
        characters.Adapt(["aab😀"]);
        Assert.Equal(["a", "😀", "b"], characters.Vocabulary);
        Assert.Equal([0, 2, 1], new TextVectorization(outputMode: LookupOutput.Count, vocabulary: ["x", "y"]).Call(["x y x"]).ToArray<float>());
        Assert.Equal([1, 0], new TextVectorization(split: TextSplit.None, vocabulary: ["a b"], outputMode: LookupOutput.MultiHot).Call(["z"]).ToArray<float>());
    }

    [Fact]
    public void Buckets_are_those_of_Keras()
    {
        string[] letters = ["A", "B", "C", "D", "E"];
        Assert.Equal([1, 0, 1, 1, 2], new Hashing(3).Call(letters).ToArray<int>());
        Assert.Equal([1, 1, 0, 2, 2], new Hashing(3, maskValue: "").Call(["A", "B", "", "C", "D"]).ToArray<int>());
        Assert.Equal([1, 2, 1, 0, 2], new Hashing(3, salt: [133, 137]).Call(letters).ToArray<int>());
        Assert.Equal([0, 0, 2, 1, 0], new Hashing(3, salt: [133]).Call(letters).ToArray<int>());
        Assert.Equal(new Hashing(100).Call(["1138", "-7"]).ToArray<int>(), new Hashing(100).Call([1138L, -7]).ToArray<int>());
        Assert.Equal([0, 1, 0, 1, 0, 0], new Hashing(3, outputMode: LookupOutput.OneHot).Call(["A", "B"]).ToArray<float>());
    }

    // Golden/make_fingerprints.cc: each of the four ways by length, and their borders.
    [Fact]
    public void Fingerprints_of_all_lengths_are_those_of_another_program()
    {
        string[] expected = GoldenFile.Read("fingerprints.json").Texts("fingerprints");
        Assert.Equal(201, expected.Length);
        Assert.All(expected.Index(), pair =>
        {
            string text = string.Concat(Enumerable.Range(0, pair.Index).Select(i => (char)(33 + (((i * i * 7) + (i * 3) + pair.Index) % 90))));
            Assert.Equal(pair.Item, FarmHash.Of(Encoding.UTF8.GetBytes(text)).ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
    }

    // The cases of Guava's tests and BigQuery's documentation; SipHash's of its paper, Appendix A.
    [Theory]
    [InlineData("test", 1, 8581389452482819506L)]
    [InlineData("test", 8, -4196240717365766262L)]
    [InlineData("test", 64, 3500507768004279527L)]
    [InlineData("1footrue", 1, -1541654101129638711L)]
    [InlineData("2applefalse", 1, 2794438866806483259L)]
    [InlineData("3true", 1, -4880158226897771312L)]
    public void Fingerprints_are_the_published_ones(string text, int times, long expected)
    {
        Assert.Equal(expected, (long)FarmHash.Of(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times)))));
        Assert.Equal(0xa129ca6149be45e5, SipHash.Of([.. Enumerable.Range(0, 15).Select(value => (byte)value)], 0x0706050403020100, 0x0f0e0d0c0b0a0908));
    }

    [Fact]
    public void Categories_become_vectors()
    {
        Assert.Equal([0, 0, 0, 1, 0, 0, 1, 0], new CategoryEncoding(4, LookupOutput.OneHot).Call(Tensor.From(new[] { 3, 2 })).ToArray<float>());
        Tensor rows = Tensor.From(new[,] { { 0, 1 }, { 0, 0 }, { 1, 2 }, { 3, 1 } });
        Assert.Equal([1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0, 1], new CategoryEncoding(4).Call(rows).ToArray<float>());
        Tensor weights = Tensor.From(new[,] { { .1f, .2f }, { .1f, .1f }, { .2f, .3f }, { .4f, .2f } });
        float[] expected = [.1f, .2f, 0, 0, .2f, 0, 0, 0, 0, .2f, .3f, 0, 0, .2f, 0, .4f];
        Bundle<Tensor> counted = new CategoryEncoding(4, LookupOutput.Count).Call([rows, weights], new CallContext());
        Assert.Equal(expected, counted[0].ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-6);
        Model compiled = new Sequential(new Input([2], DType.Int32), new CategoryEncoding(4));
        foreach (int outside in (int[])[4, -1])
        {
            Tensor wrong = Tensor.From(new[,] { { 1, outside } });
            foreach (LookupOutput mode in (LookupOutput[])[LookupOutput.OneHot, LookupOutput.MultiHot, LookupOutput.Count])
                Assert.Contains($"received index {outside}; axis 0 of (4,) has positions 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => new CategoryEncoding(4, mode).Call(wrong)).Message, StringComparison.Ordinal);
            Assert.Contains($"received index {outside}", Assert.Throws<ArgumentOutOfRangeException>(() => compiled.Predict(wrong)).Message, StringComparison.Ordinal);
        }

        Assert.Contains("expected the numbers of categories as integers", Assert.ThrowsAny<Exception>(() => new CategoryEncoding(4).Call(Tensor.From(new[] { 1f }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vocabularies_are_saved_with_the_model()
    {
        using TemporaryFolder folder = new();
        TextVectorization vectorization = new(outputSequenceLength: 3);
        vectorization.Adapt(["good film", "bad film", "good \"fun\" 😀"]);
        Sequential model = new(vectorization, new Embedding(vectorization.VocabularySize, 4), new GlobalAveragePooling1D(), new Dense(1));
        Tensor expected = model.Predict(vectorization.Call(["good new film"]));
        model.Save(folder.Of("model.laminet"));
        TextLayers.Register();
        Model loaded = Model.Load(folder.Of("model.laminet"));
        TextVectorization again = loaded.Layers.OfType<TextVectorization>().Single();
        Assert.Equal(vectorization.GetVocabulary(), again.GetVocabulary());
        Assert.Equal(expected.ToArray<float>(), loaded.Predict(again.Call(["good new film"])).ToArray<float>());

        IntegerLookup lookup = new(outputMode: LookupOutput.TfIdf);
        lookup.Adapt([[7, 5_000_000_000], [7]]);
        Sequential identifiers = new(new Input([2], DType.Int64), lookup, new Dense(1));
        Tensor before = identifiers.Predict(Tensor.From(new long[,] { { 7, 5_000_000_000 } }));
        identifiers.Save(folder.Of("ids.laminet"));
        Model restored = Model.Load(folder.Of("ids.laminet"));
        Assert.Equal(before.ToArray<float>(), restored.Predict(Tensor.From(new long[,] { { 7, 5_000_000_000 } })).ToArray<float>());
        Assert.Equal(lookup.GetVocabulary(), restored.Layers.OfType<IntegerLookup>().Single().GetVocabulary());
        StringLookup strings = new(maskToken: "", vocabulary: ["x", "y"]);
        Hashing hashing = new(5, salt: [1, 2]);
        Sequential others = new(strings, hashing, new CategoryEncoding(5, LookupOutput.Count));
        Tensor numbers = strings.Call(new[,] { { "x", "y", "z" }, { "y", "y", "" } });
        Tensor counted = others.Predict(numbers);
        others.Save(folder.Of("others.laminet"));
        Model same = Model.Load(folder.Of("others.laminet"));
        Assert.Equal(["", "[UNK]", "x", "y"], same.Layers.OfType<StringLookup>().Single().GetVocabulary());
        Assert.Equal(numbers.ToArray<int>(), same.Layers.OfType<StringLookup>().Single().Call(new[,] { { "x", "y", "z" }, { "y", "y", "" } }).ToArray<int>());
        Assert.Equal([3, 3], counted.Sum(-1).ToArray<float>());
        Assert.Equal(counted.ToArray<float>(), same.Predict(numbers).ToArray<float>());
        string[] words = ["one", "two", "three"];
        Assert.Equal(hashing.Call(words).ToArray<int>(), same.Layers.OfType<Hashing>().Single().Call(words).ToArray<int>());
        Assert.NotEqual(new Hashing(5).Call(words).ToArray<int>(), hashing.Call(words).ToArray<int>());
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("has no vocabulary yet. Call its Adapt on the training data", Assert.Throws<InvalidOperationException>(() => new TextVectorization().Call(["a"])).Message, StringComparison.Ordinal);
        Assert.Contains("received no data", Assert.Throws<ArgumentException>(() => new TextVectorization().Adapt([])).Message, StringComparison.Ordinal);
        Assert.Contains("received maxTokens = 2; expected more than 2", Assert.Throws<ArgumentOutOfRangeException>(() => new TextVectorization(maxTokens: 2)).Message, StringComparison.Ordinal);
        Assert.Contains("the token 'a' twice, at the places 0 and 1", Assert.Throws<ArgumentException>(() => new StringLookup(vocabulary: ["a", "a"])).Message, StringComparison.Ordinal);
        Assert.Contains("the token '[UNK]' at place 1", Assert.Throws<ArgumentException>(() => new StringLookup(vocabulary: ["a", "[UNK]"])).Message, StringComparison.Ordinal);
        Assert.Contains("without idfWeights, which tf-idf needs", Assert.Throws<ArgumentException>(() => new StringLookup(vocabulary: ["a"], outputMode: LookupOutput.TfIdf)).Message, StringComparison.Ordinal);
        Assert.Contains("padToMaxTokens without maxTokens", Assert.Throws<ArgumentException>(() => new StringLookup(padToMaxTokens: true)).Message, StringComparison.Ordinal);
        Assert.Contains("a length is that of rows of numbers", Assert.Throws<ArgumentException>(() => new TextVectorization(outputMode: LookupOutput.Count, outputSequenceLength: 3)).Message, StringComparison.Ordinal);
        Assert.Contains("Received the number 9", Assert.Throws<ArgumentOutOfRangeException>(() => new StringLookup(vocabulary: ["a"]).Strings([9])).Message, StringComparison.Ordinal);
        Assert.Contains("'x' in the vocabulary; expected integers", Assert.Throws<ArgumentException>(() => new IntegerLookup(vocabulary: ["x"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Hashing(1, maskValue: ""));
    }
}
