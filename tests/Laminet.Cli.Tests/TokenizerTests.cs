namespace Laminet.Cli.Tests;

public sealed class TokenizerTests
{
    private const string Text = "the dogs run\nthe dog runs\nrun dogs run\n";

    [Fact]
    public void A_trained_tokenizer_encodes()
    {
        using CommandLine line = new();
        File.WriteAllText(line.At("corpus.txt"), Text);

        Assert.Equal($"tokenizer.json: 262 tokens{Environment.NewLine}", line.Run("tokenizer", "train", "corpus.txt", "--size", "262", "--special", "<|end|>").Expect(0).Output);
        line.Run("tokenizer", "train", "corpus.txt", "--size", "262", "--special", "<|end|>", "--special", "<|begin|>", "--out", "two.json").Expect(0);
        string shown = line.Run("tokenizer", "encode", "tokenizer.json", "the dogs").Expect(0).Output;
        Assert.Contains("0-", shown, StringComparison.Ordinal);
        Assert.Contains("\"offsets\"", line.Run("tokenizer", "encode", "tokenizer.json", "the dogs", "--json").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(3, line.Run("tokenizer", "encode", "tokenizer.json", "--file", "corpus.txt").Expect(0).Output.Count(character => character == '\n'));
        Assert.StartsWith("c.tokens: ", line.Run("tokenizer", "encode", "tokenizer.json", "--file", "corpus.txt", "--out", "c.tokens").Expect(0).Output, StringComparison.Ordinal);
        Assert.EndsWith($"tokens, not 5,000: the files have no further pair that occurs twice{Environment.NewLine}", line.Run("tokenizer", "train", "corpus.txt", "--size", "5000", "--out", "large.json").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("\"documents\": 3", line.Run("tokenizer", "encode", "tokenizer.json", "--file", "corpus.txt", "--out", "c.tokens", "--json").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wordpiece")]
    [InlineData("words")]
    [InlineData("characters")]
    public void Every_kind_is_trained(string kind)
    {
        using CommandLine line = new();
        File.WriteAllText(line.At("corpus.txt"), Text);

        line.Run("tokenizer", "train", "corpus.txt", "--kind", kind, "--out", "t.json", "--threads", "2").Expect(0);
        Assert.NotEmpty(line.Run("tokenizer", "encode", "t.json", "the dogs").Expect(0).Output);
    }

    // A line of a dialogue begins with a dash.
    [Fact]
    public void A_text_may_begin_as_an_option_does()
    {
        using CommandLine line = new();
        File.WriteAllText(line.At("corpus.txt"), Text);
        line.Run("tokenizer", "train", "corpus.txt", "--kind", "characters", "--out", "t.json").Expect(0);
        Assert.Equal(6, line.Run("tokenizer", "encode", "t.json", "--", "- dogs").Expect(0).Output.Count(letter => letter == '\n'));
        Assert.Equal("error: '- dogs' begins as an option does; expected a text behind --, as in laminet tokenizer encode ... -- \"- a text\". See 'laminet tokenizer encode --help'.\n", line.Run("tokenizer", "encode", "t.json", "- dogs").Expect(2).Error.ReplaceLineEndings("\n"));
        Assert.Contains("unknown option '--jsn'", line.Run("tokenizer", "encode", "t.json", "a", "--jsn").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        using CommandLine line = new();
        File.WriteAllText(line.At("corpus.txt"), Text);
        File.WriteAllText(line.At("bad.json"), "{}");

        Assert.Equal("error: there is no file none.txt.\n", line.Run("tokenizer", "train", "none.txt").Expect(2).Error.ReplaceLineEndings("\n"));
        Assert.Equal("error: there is no file corpus.tx. Did you mean 'corpus.txt'?\n", line.Run("tokenizer", "train", "corpus.tx").Expect(2).Error.ReplaceLineEndings("\n"));
        Assert.Equal("error: '.' is a folder; expected a file. Name a file in it.\n", line.Run("tokenizer", "train", ".").Expect(2).Error.ReplaceLineEndings("\n"));
        File.WriteAllText(line.At("empty.txt"), "\n\n");
        File.WriteAllBytes(line.At("latin.txt"), [(byte)'a', 0xE9]);
        foreach (string kind in (string[])["bpe", "wordpiece", "words", "characters"])
        {
            Assert.Equal("error: empty.txt: no text; expected lines of text to make a vocabulary of.\n", line.Run("tokenizer", "train", "empty.txt", "--kind", kind).Expect(2).Error.ReplaceLineEndings("\n"));
            // After the first line, so that it is found while several threads count.
            Assert.Equal($"error: {line.At("latin.txt")}, line 1: not UTF-8. Convert the file.\n", line.Run("tokenizer", "train", "corpus.txt", "latin.txt", "--kind", kind).Expect(1).Error.ReplaceLineEndings("\n"));
        }

        Assert.Contains("--kind", line.Run("tokenizer", "train", "corpus.txt", "--kind", "lines").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--special: a vocabulary of kind words has its own", line.Run("tokenizer", "train", "corpus.txt", "--kind", "words", "--special", "x").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--lowercase: a vocabulary of kind bpe", line.Run("tokenizer", "train", "corpus.txt", "--lowercase").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("expected at least 256", line.Run("tokenizer", "train", "corpus.txt", "--size", "10").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("either a text or --file", line.Run("tokenizer", "encode", "bad.json").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--out: goes with --file", line.Run("tokenizer", "encode", "bad.json", "a", "--out", "x").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("bad.json: The tokenizer's model is missing", line.Run("tokenizer", "encode", "bad.json", "a").Expect(1).Error, StringComparison.Ordinal);
    }
}
