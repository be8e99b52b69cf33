using System.Diagnostics;
using Laminet.Text.Tests.Golden;
using Laminet.Text.Tokenizers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tests.Tokenizers;

public class TrainerTests
{
    private static readonly JsonElement Golden = GoldenFile.Read("vocabularies.json");

    // golden: make_vocabularies.py, the paper's algorithm, which counts all pairs anew for each merge
    [Fact]
    public void Byte_pairs_are_those_of_the_paper()
    {
        Tokenizer tokenizer = VocabularyTrainer.BytePair(Golden.Texts("lines"), 700, ["<|endoftext|>"]);
        JsonNode model = JsonNode.Parse(tokenizer.ToJson())!["model"]!;
        Assert.Equal(Golden.Texts("merges"), model["merges"]!.AsArray().Select(pair => $"{pair![0]} {pair[1]}"));
        Assert.Equal(Golden.Texts("tokens"), Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf));
    }

    [Fact]
    public void Word_pieces_are_those_of_the_same_algorithm_over_characters()
    {
        Tokenizer tokenizer = VocabularyTrainer.WordPiece(Golden.Texts("lines"), 500, lowercase: false);
        Assert.Equal(Golden.Texts("word_pieces"), Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf));
    }

    [Fact]
    public void The_number_of_threads_and_the_order_of_the_texts_change_nothing()
    {
        string[] lines = [.. Lines.Generate(3000, seed: 30)];
        string one = VocabularyTrainer.BytePair(lines, 900, threads: 1).ToJson();
        Assert.Equal(one, VocabularyTrainer.BytePair(lines, 900, threads: 2).ToJson());
        Assert.Equal(one, VocabularyTrainer.BytePair(lines.Reverse(), 900, threads: 7).ToJson());
        Assert.Equal(VocabularyTrainer.WordPiece(lines, 900, threads: 1).ToJson(), VocabularyTrainer.WordPiece(lines, 900, threads: 5).ToJson());
    }

    [Fact]
    public void Every_text_comes_back_from_byte_pairs()
    {
        foreach (string line in Lines.Generate(200, seed: 31))
            Assert.Equal(line, Vocabularies.BytePair.Decode(Vocabularies.BytePair.Encode(line).Ids, skipSpecialTokens: false));
    }

    [Fact]
    public void A_saved_tokenizer_is_the_same_when_loaded()
    {
        using TemporaryFolder folder = new();
        foreach (Tokenizer tokenizer in new[] { Vocabularies.BytePair, Vocabularies.WordPiece, Tokenizer.OfCharacters(["abc", "日本😀"]), Tokenizer.OfWords(["a b b"]) })
        {
            tokenizer.Save(folder.Of("tokenizer.json"));
            Tokenizer loaded = Tokenizer.Load(folder.Of("tokenizer.json"));
            Assert.Equal(tokenizer.ToJson(), loaded.ToJson());
            foreach (string line in Lines.Generate(20, seed: 32))
                Assert.Equal(tokenizer.Encode(line).Ids, loaded.Encode(line).Ids);
        }
    }

    // LAMINET_LARGE=1 runs the bar: 8,000 merges on 10 MB in 5 seconds on two cores.
    [Fact]
    public void Training_on_ten_megabytes_is_fast()
    {
        bool isLarge = Environment.GetEnvironmentVariable("LAMINET_LARGE") == "1";
        string[] lines = [.. WordLines(isLarge ? 10_000_000 : 500_000)];
        Stopwatch watch = Stopwatch.StartNew();
        Tokenizer tokenizer = VocabularyTrainer.BytePair(lines, isLarge ? 8256 : 2256);
        Assert.Equal(isLarge ? 8256 : 2256, tokenizer.VocabularySize);
        if (isLarge)
            Assert.True(watch.Elapsed.TotalSeconds < 5, $"took {watch.Elapsed.TotalSeconds:0.00} s");
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.Contains("Received vocabularySize = 100; expected at least 257, for 1 special tokens and 256 bytes", Assert.Throws<ArgumentOutOfRangeException>(() => VocabularyTrainer.BytePair(["a"], 100, ["<x>"])).Message, StringComparison.Ordinal);
        Assert.Contains("[a, a]; expected texts that are not empty and all different", Assert.Throws<ArgumentException>(() => VocabularyTrainer.BytePair(["a"], 300, ["a", "a"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => VocabularyTrainer.BytePair(["a"], 300, minFrequency: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => VocabularyTrainer.WordPiece(["a"], 300, threads: 0));
        Assert.Equal(256, VocabularyTrainer.BytePair([], 300).VocabularySize);
    }

    // Words of a frequency as in language (Zipf): 60,000 different ones in ten megabytes.
    private static IEnumerable<string> WordLines(int bytes)
    {
        Random random = new(33);
        string[] syllables = ["ka", "lo", "mi", "ter", "sun", "ve", "ra", "pol", "ing", "est", "qu", "dor", "ian", "bel", "cy", "fre", "gh", "ou"];
        string[] words = [.. Enumerable.Range(0, 60_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => syllables[random.Next(syllables.Length)])))];
        for (int total = 0; total < bytes;)
        {
            string line = string.Join(' ', Enumerable.Range(0, 12).Select(_ => words[(int)(words.Length * Math.Pow(random.NextDouble(), 4))]));
            total += line.Length + 1;
            yield return line;
        }
    }
}
