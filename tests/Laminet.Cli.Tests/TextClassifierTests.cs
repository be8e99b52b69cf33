using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Transfer;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Tests;

public sealed class TextClassifierTests : IDisposable
{
    private static readonly string[] Good = ["fine", "great", "moving"], Bad = ["dull", "flat", "weak"];

    private readonly CommandLine line = new();

    public TextClassifierTests()
    {
        File.WriteAllLines(line.At("train.tsv"), Rows(120, 1));
        File.WriteAllLines(line.At("test.tsv"), Rows(40, 2));
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("convnet")]
    [InlineData("bilstm")]
    [InlineData("bag")]
    public void Every_network_learns_the_words_that_matter(string network)
    {
        string output = line.Run("text", "train", "--task", "classify", "train.tsv", "--network", network, "--width", "16", "--epochs", "10", "--batch", "8", "--learning-rate", "0.02", "--seed", "1", "--out", "run").Expect(0).Output;
        Assert.Contains("on 108 texts to train, 12 to validate; 2 classes, 14 tokens", output, StringComparison.Ordinal);
        JsonNode figures = JsonNode.Parse(line.Run("text", "evaluate", "run", "test.tsv", "--json").Expect(0).Output)!;
        Assert.InRange(figures["accuracy"]!.GetValue<double>(), 0.95, 1);
        Assert.InRange(figures["recall of bad"]!.GetValue<double>(), 0.9, 1);
        Assert.EndsWith("  good", line.Run("text", "predict", "run", "The film is great").Expect(0).Output.Split(Environment.NewLine)[0], StringComparison.Ordinal);
        File.WriteAllText(line.At("new.txt"), "the film is weak\n\na story , a film moving\n");
        string[] rows = line.Run("text", "predict", "run", "--file", "new.txt").Expect(0).Output.Split(Environment.NewLine);
        Assert.StartsWith("bad\t", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("\ta story , a film moving", rows[2], StringComparison.Ordinal);
        JsonNode first = JsonNode.Parse(line.Run("text", "predict", "run", "--file", "new.txt", "--json").Expect(0).Output)![0]!;
        Assert.Equal("bad", first["class"]!.GetValue<string>());
        Assert.Equal(1, first["probabilities"]!["bad"]!.GetValue<double>() + first["probabilities"]!["good"]!.GetValue<double>(), 5);
        Assert.Contains("is a classifier of texts; expected a language model. Use laminet text predict.", line.Run("text", "generate", "run").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--stride goes with a language model", line.Run("text", "evaluate", "run", "test.tsv", "--stride", "3").Expect(2).Error, StringComparison.Ordinal);
    }

    // Batches are of texts of like length, which must not change whose class is whose.
    [Fact]
    public void Texts_of_different_lengths_keep_their_classes()
    {
        Random random = new(5);
        string[] rows = [.. Rows(60, 4).Select(row => row + string.Concat(Enumerable.Repeat(" the film", random.Next(40))))], texts = [.. rows.Select(row => row.Split('\t')[1])];
        File.WriteAllLines(line.At("long.tsv"), rows);
        File.WriteAllLines(line.At("long.txt"), texts);
        line.Run("text", "train", "--task", "classify", "train.tsv", "--network", "convnet", "--width", "16", "--epochs", "10", "--batch", "8", "--learning-rate", "0.02", "--seed", "1", "--out", "run").Expect(0);
        string[] together = [.. JsonNode.Parse(line.Run("text", "predict", "run", "--file", "long.txt", "--json").Expect(0).Output)!.AsArray().Select(one => one!["class"]!.GetValue<string>())];
        string[] alone = [.. texts.Select(text => JsonNode.Parse(line.Run("text", "predict", "run", text, "--json").Expect(0).Output)![0]!["class"]!.GetValue<string>())];
        Assert.Equal(alone, together);
        double right = together.Zip(rows).Count(pair => pair.Second.StartsWith(pair.First + "\t", StringComparison.Ordinal)) / 60.0;
        Assert.InRange(right, 0.95, 1);
        Assert.Equal(right, JsonNode.Parse(line.Run("text", "evaluate", "run", "long.tsv", "--json").Expect(0).Output)!["accuracy"]!.GetValue<double>(), 1e-9);
    }

    [Fact]
    public void A_folder_of_documents_and_a_trained_encoder()
    {
        WriteBert(line.At("bert"));
        foreach ((string row, int i) in Rows(40, 3).Select((row, i) => (row, i)))
        {
            string[] fields = row.Split('\t');
            Directory.CreateDirectory(line.At("films", fields[0]));
            File.WriteAllText(line.At("films", fields[0], $"{i}.txt"), fields[1]);
        }

        string output = line.Run("text", "train", "--task", "classify", "films", "--from", "bert", "--epochs", "2", "--batch", "8", "--seed", "1", "--out", "run", "--json").Expect(0).Output;
        JsonNode document = JsonNode.Parse(output)!;
        Assert.Equal(["bad", "good"], document["settings"]!["classes"]!.AsArray().Select(name => name!.GetValue<string>()));
        // It has 16 positions; no more was asked for.
        Assert.Equal(16, document["settings"]!["length"]!.GetValue<int>());
        Assert.Equal(line.At("bert"), document["settings"]!["network"]!.GetValue<string>());
        Assert.Contains("accuracy", line.Run("text", "evaluate", "run", "test.tsv").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("--length: received 17; the encoder has 16 positions.", line.Run("text", "train", "--task", "classify", "films", "--from", "bert", "--length", "17").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--width goes without --from", line.Run("text", "train", "--task", "classify", "films", "--from", "bert", "--width", "8").Expect(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\tb\nc\td\te\n", 1, "line 2: 3 columns; expected 2, separated by tabs.")]
    [InlineData("good\tx\ngood\ty\n", 2, "all texts have the class 'good'; expected two classes or more")]
    [InlineData("", 2, "there are no texts; expected two classes or more")]
    [InlineData("good\tx\ngood\ty\nbad\tz\n", 2, "the class 'bad' has one text; expected two or more of each class, one to train and one to validate.")]
    public void Wrong_tables_are_told(string table, int code, string message)
    {
        File.WriteAllText(line.At("wrong.tsv"), table);
        Assert.Contains(message, line.Run("text", "train", "--task", "classify", "wrong.tsv").Expect(code).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(line.At("runs")));
    }

    [Fact]
    public void A_class_that_the_model_does_not_know_is_told()
    {
        line.Run("text", "train", "--task", "classify", "train.tsv", "--network", "bag", "--epochs", "1", "--out", "run").Expect(0);
        File.WriteAllText(line.At("other.tsv"), "good\tx\nfair\ty\n");
        Assert.Contains("text 2 has the class 'fair'; expected one of those the model knows: bad, good.", line.Run("text", "evaluate", "run", "other.tsv").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("empty.txt has no lines", Empty().Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--width: received 9", line.Run("text", "train", "--task", "classify", "train.tsv", "--network", "bilstm", "--width", "9").Expect(2).Error, StringComparison.Ordinal);

        Finished Empty()
        {
            File.WriteAllText(line.At("empty.txt"), "");
            return line.Run("text", "predict", "run", "--file", "empty.txt");
        }
    }

    [Fact]
    public void Vectors_are_those_of_the_encoder_in_each_form()
    {
        WriteBert(line.At("bert"));
        File.WriteAllText(line.At("texts.txt"), "the film is fine\n\na dull story\nthe film is fine\n");
        Assert.StartsWith("v.npy: 4 vectors of 8 numbers", line.Run("text", "embed", "bert", "texts.txt", "--out", "v.npy", "--batch", "2").Expect(0).Output, StringComparison.Ordinal);
        line.Run("text", "embed", "bert", "texts.txt", "--out", "v.tsv").Expect(0);
        line.Run("text", "embed", "bert", "texts.txt", "--out", "v.jsonl").Expect(0);
        line.Input = File.ReadAllText(line.At("texts.txt"));
        string shown = line.Run("text", "embed", "bert", "-").Expect(0).Output.ReplaceLineEndings("\n");
        Assert.Equal(File.ReadAllText(line.At("v.jsonl")), shown);
        JsonNode[] rows = [.. shown.TrimEnd('\n').Split('\n').Select(row => JsonNode.Parse(row)!)];
        Assert.Equal(["the film is fine", "", "a dull story", "the film is fine"], rows.Select(row => row["text"]!.GetValue<string>()));
        float[][] vectors = [.. rows.Select(row => row["vector"]!.AsArray().Select(number => number!.GetValue<float>()).ToArray())];
        Assert.All(vectors, vector => Assert.Equal(1, vector.Sum(number => number * number), 4));
        Assert.Equal(vectors[0], vectors[3]);
        Assert.NotEqual(vectors[0], vectors[2]);
        Near(vectors.SelectMany(vector => vector), File.ReadAllLines(line.At("v.tsv")).SelectMany(row => row.Split('\t')).Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture)));
        byte[] array = File.ReadAllBytes(line.At("v.npy"));
        Assert.Equal(128 + (4 * 8 * sizeof(float)), array.Length);
        Near(vectors.SelectMany(vector => vector), Enumerable.Range(0, 32).Select(i => BitConverter.ToSingle(array, 128 + (4 * i))));

        SentenceEncoder encoder = new(Bert.SentenceVectors(PretrainedLanguage.Bert(line.At("bert"), hasSegments: false)), text => Laminet.Text.Tokenizers.Tokenizer.FromBert(line.At("bert", "vocab.txt")).Encode(text).Ids);
        Near(vectors[2], encoder.Encode(["a dull story"]).ToArray<float>());
        File.WriteAllText(line.At("empty.txt"), "");
        Assert.Contains("FILE has no lines", line.Run("text", "embed", "bert", "empty.txt", "--out", "e.tsv").Expect(2).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(line.At("e.tsv")));

        static void Near(IEnumerable<float> expected, IEnumerable<float> actual) => Assert.All(expected.Zip(actual, (one, other) => Math.Abs(one - other)), difference => Assert.InRange(difference, 0, 1e-5));
    }

    [Fact]
    public void Figures_of_texts_are_those_of_the_library()
    {
        string[] texts = ["the cat sat on the mat", "A dog runs in the park ."], one = ["the cat is on the mat", "a dog runs through the park ."], other = ["there is a cat on the mat", "the dog is running ."];
        File.WriteAllLines(line.At("texts"), texts);
        File.WriteAllLines(line.At("one"), one);
        File.WriteAllLines(line.At("other"), other);
        JsonNode figures = JsonNode.Parse(line.Run("text", "evaluate", "--texts", "texts", "--references", "one", "--json").Expect(0).Output)!;
        Assert.Equal(Bleu.Corpus(texts, one).Score, figures["bleu"]!.GetValue<double>(), 9);
        Assert.Equal(Chrf.Corpus(texts, one), figures["chrf"]!.GetValue<double>(), 9);
        // One of six words in the first, two of seven in the second.
        Assert.Equal(3.0 / 13, figures["wer"]!.GetValue<double>(), 9);
        Assert.Equal(2.0 / 13, JsonNode.Parse(line.Run("text", "evaluate", "--texts", "texts", "--references", "one", "--lowercase", "--metric", "wer", "--json").Expect(0).Output)!["wer"]!.GetValue<double>(), 9);
        Assert.Equal(texts.Zip(one, (text, reference) => Rouge.L(text, reference).F).Average(), figures["rouge_l"]!.GetValue<double>(), 9);
        Assert.Equal(0, figures["exact_match"]!.GetValue<double>());
        Assert.Null(figures["cer"]);
        JsonNode two = JsonNode.Parse(line.Run("text", "evaluate", "--texts", "texts", "--references", "one", "--references", "other", "--metric", "bleu", "--metric", "chrf++", "--metric", "rouge", "--json").Expect(0).Output)!;
        Assert.Equal(Bleu.Corpus(texts, [[one[0], other[0]], [one[1], other[1]]]).Score, two["bleu"]!.GetValue<double>(), 9);
        Assert.True(two["rouge_l"]!.GetValue<double>() >= figures["rouge_l"]!.GetValue<double>());
        Assert.NotNull(two["chrf++"]);
        Assert.Contains("exact_match", line.Run("text", "evaluate", "--texts", "one", "--references", "one").Expect(0).Output, StringComparison.Ordinal);
    }

    internal static string[] Rows(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => $"{(i % 2 == 0 ? "good" : "bad")}\t{(random.Next(2) == 0 ? "the film is" : "a story , a film")} {(i % 2 == 0 ? Good : Bad)[random.Next(3)]}")];
    }

    // A tiny encoder with random weights, as Hugging Face lays it out.
    internal static void WriteBert(string folder)
    {
        const int width = 8, inner = 12;
        string[] words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "film", "is", "a", "story", ",", .. Good, .. Bad];
        Dictionary<string, Shape> shapes = new()
        {
            ["embeddings.word_embeddings.weight"] = [words.Length, width],
            ["embeddings.position_embeddings.weight"] = [16, width],
            ["embeddings.token_type_embeddings.weight"] = [2, width],
        };
        foreach (string norm in (string[])["embeddings.LayerNorm", "encoder.layer.0.attention.output.LayerNorm", "encoder.layer.0.output.LayerNorm"])
            (shapes[$"{norm}.weight"], shapes[$"{norm}.bias"]) = ([width], [width]);
        foreach (string dense in (string[])["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"])
            (shapes[$"encoder.layer.0.{dense}.weight"], shapes[$"encoder.layer.0.{dense}.bias"]) = ([width, width], [width]);
        (shapes["encoder.layer.0.intermediate.dense.weight"], shapes["encoder.layer.0.intermediate.dense.bias"]) = ([inner, width], [inner]);
        (shapes["encoder.layer.0.output.dense.weight"], shapes["encoder.layer.0.output.dense.bias"]) = ([width, inner], [width]);
        Directory.CreateDirectory(folder);
        SafeTensors.Write(Path.Combine(folder, "model.safetensors"), shapes.Select((pair, i) => (pair.Key, Value: new RandomKey((ulong)i).Normal(pair.Value))).ToDictionary(pair => pair.Key, pair => pair.Value));
        File.WriteAllText(Path.Combine(folder, "config.json"),
            $$"""{ "model_type": "bert", "vocab_size": {{words.Length}}, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 16, "type_vocab_size": 2 }""");
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), words);
    }
}
