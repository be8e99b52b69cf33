using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Places in the text, pairs, truncation and padding; the traps of the table "vision and language" are named by their numbers.</summary>
public class OffsetTests
{
    // A46
    [Fact]
    public void The_pair_listed_first_is_merged_first_and_not_the_leftmost()
    {
        JsonObject model = TokenizerJson.BytePair(TokenizerJson.Vocabulary(["a", "b", "c", "ab", "bc"]), [("b", "c"), ("a", "b")]);
        Assert.Equal(["a", "bc"], Tokenizer.Of(TokenizerJson.Whole(model, null, null, null, null, [])).Encode("abc").Tokens);
    }

    // A47
    [Fact]
    public void The_alphabet_of_bytes_is_that_of_Gpt2()
    {
        (byte, char)[] expected = [(0x00, '\u0100'), (0x0A, '\u010A'), (0x20, '\u0120'), (0x7F, '\u0121'), (0x80, '\u0122'), (0xA0, '\u0142'), (0xAD, '\u0143'), (0xFF, '\u00FF'), (0x41, 'A')];
        foreach ((byte value, char character) in expected)
            Assert.Equal(character, ByteAlphabet.CharacterOf(value));
        Assert.Equal("ä¸Ń", ByteAlphabet.Spell(new AlignedText("中")).Text);
        Assert.Equal(256, ByteAlphabet.All.Distinct().Count());
    }

    // A48
    [Theory]
    [InlineData("unaffx", new[] { "[UNK]" })]
    [InlineData("unaff", new[] { "un", "##aff" })]
    [InlineData("unxaff", new[] { "[UNK]" })]
    [InlineData("un aff", new[] { "un", "[UNK]" })]
    public void A_word_with_an_unknown_part_is_one_unknown_token(string text, string[] tokens) =>
        Assert.Equal(tokens, Tokenizer.OfWordPieces(["[UNK]", "[CLS]", "[SEP]", "un", "##aff"], lowercase: true).Encode(text, specialTokens: false).Tokens);

    // A49
    [Fact]
    public void The_bytes_of_a_character_all_have_its_place()
    {
        Tokenizer bytes = VocabularyTrainer.BytePair([], 256);
        Assert.Equal([(0, 1), (1, 2), (2, 3), (2, 3), (2, 3), (3, 4), (4, 5)], bytes.Encode("i ⭢ j").Offsets);
        Assert.Equal([(0, 2), (0, 2), (0, 2), (0, 2), (2, 3)], bytes.Encode("😀a").Offsets);
    }

    // A50
    [Fact]
    public void Truncation_leaves_room_for_the_special_tokens()
    {
        Tokenizer tokenizer = Tokenizer.OfWordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d", "e"], lowercase: true);
        Assert.Equal(["[CLS]", "a", "b", "c", "[SEP]"], tokenizer.Encode("A B C D E", maxLength: 5).Tokens);
        Assert.Equal(["[CLS]", "[SEP]"], tokenizer.Encode("A B C D E", maxLength: 2).Tokens);
        Assert.Contains("the special tokens alone are 2", Assert.Throws<ArgumentException>(() => tokenizer.Encode("a", maxLength: 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b c d e", "a b", 7, Truncation.LongestFirst, "[CLS] a b [SEP] a b [SEP]")]
    [InlineData("a b", "a b c d e", 8, Truncation.LongestFirst, "[CLS] a b [SEP] a b c [SEP]")]
    [InlineData("a b c d e", "a b c d", 8, Truncation.LongestFirst, "[CLS] a b c [SEP] a b [SEP]")]
    [InlineData("a b c d", "a b c d e", 8, Truncation.LongestFirst, "[CLS] a b [SEP] a b c [SEP]")]
    [InlineData("a b c d e", "a b", 8, Truncation.OnlyFirst, "[CLS] a b c [SEP] a b [SEP]")]
    [InlineData("a b", "a b c d e", 6, Truncation.OnlySecond, "[CLS] a b [SEP] a [SEP]")]
    public void A_pair_is_cut_as_asked(string first, string second, int length, Truncation truncation, string expected)
    {
        Tokenizer tokenizer = Tokenizer.OfWordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "d", "e"], lowercase: true);
        EncodedText encoded = tokenizer.Encode(first, second, length, truncation);
        Assert.Equal(expected.Split(' '), encoded.Tokens);
        Assert.Contains("has fewer tokens than the", Assert.Throws<ArgumentException>(() => tokenizer.Encode("a", "a b c d e", 4, Truncation.OnlyFirst)).Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat(0, encoded.Tokens.ToList().IndexOf("[SEP]") + 1), encoded.TypeIds.TakeWhile(type => type == 0));
        Assert.Equal([-1, 0, 1], encoded.Sequences.Distinct());
    }

    [Fact]
    public void Offsets_are_the_places_of_the_original_through_every_normalization()
    {
        const string text = "  Ünïted  STATES: ﬁne\u200b 中文 x\u0301y 👍🏽!";
        foreach (Tokenizer tokenizer in new[] { Vocabularies.Bert, Vocabularies.WordPiece, Vocabularies.Gpt2 })
        {
            EncodedText encoded = tokenizer.Encode(text);
            int last = 0;
            foreach (((int start, int end), int sequence) in encoded.Offsets.Zip(encoded.Sequences).Where(pair => pair.Second == 0))
            {
                Assert.InRange(start, 0, end);
                Assert.True(end <= text.Length && start >= last - 2 && !(start < text.Length && char.IsLowSurrogate(text[start])));
                last = end;
            }
        }

        EncodedText bert = Vocabularies.Bert.Encode(text);
        Assert.Equal(["Ünïted", "STATES", ":"], bert.Offsets.Skip(1).Take(3).Select(offset => text[offset.Start..offset.End]));
        EncodedText gpt = Vocabularies.Gpt2.Encode("Hello  world");
        Assert.Equal(["Hello", " ", " world"], gpt.Offsets.Select(offset => "Hello  world"[offset.Start..offset.End]));
    }

    [Fact]
    public void A_batch_is_padded_to_its_longest_row_or_to_a_length()
    {
        Tokenizer tokenizer = Tokenizer.OfWordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"], lowercase: true);
        TokenBatch batch = tokenizer.EncodeBatch(["a b c", "a"], pairs: null);
        Assert.Equal([2, 4, 5, 6, 3, 2, 4, 3, 0, 0], batch.Ids.ToArray<int>());
        Assert.Equal([true, true, true, true, true, true, true, true, false, false], batch.Mask.ToArray<bool>());
        Assert.Equal(new Shape(2, 5), batch.TypeIds.Shape);
        Assert.Equal([0, 2, 4, 3], tokenizer.EncodeBatch(["a"], length: 4, padLeft: true).Ids.ToArray<int>());
        Assert.Equal([2, 4, 3], tokenizer.EncodeBatch(["a b c"], length: 3).Ids.ToArray<int>());
        Assert.Equal([0, 0, 0, 1, 1], tokenizer.EncodeBatch(["a"], ["b"]).TypeIds.ToArray<int>());
        Assert.Contains("received no texts", Assert.Throws<ArgumentException>(() => tokenizer.EncodeBatch([])).Message, StringComparison.Ordinal);
        Assert.Contains("received 1 texts and 2 second texts", Assert.Throws<ArgumentException>(() => tokenizer.EncodeBatch(["a"], ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.Contains("a text has 5 tokens", Assert.Throws<ArgumentException>(() => tokenizer.EncodeBatch(["a b c"], maxLength: 9, length: 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_numbers_of_published_models()
    {
        Assert.Equal([15496, 11, 995, 0], Vocabularies.Gpt2.Encode("Hello, world!").Ids);
        Assert.Equal([101, 7592, 1010, 2088, 999, 102], Vocabularies.Bert.Encode("Hello, world!").Ids);
        Assert.Equal((50257, 30522), (Vocabularies.Gpt2.VocabularySize, Vocabularies.Bert.VocabularySize));
        Assert.Equal(50256, Vocabularies.Gpt2.Encode("<|endoftext|>").Ids[0]);
        Assert.Equal("hello, world!", Vocabularies.Bert.Decode([101, 7592, 1010, 2088, 999, 102]));
    }

    [Fact]
    public void Tokens_that_do_not_exist_are_told()
    {
        Assert.Contains("Received the token 50257; the vocabulary has 50257 tokens, the highest of them 50256", Assert.Throws<ArgumentOutOfRangeException>(() => Vocabularies.Gpt2.Decode([50257])).Message, StringComparison.Ordinal);
        Assert.Null(Vocabularies.Gpt2.IdOf("no such token"));
        JsonObject model = TokenizerJson.WordLevel(TokenizerJson.Vocabulary(["a"]), "[UNK]");
        Tokenizer tokenizer = Tokenizer.Of(TokenizerJson.Whole(model, null, null, null, null, []));
        Assert.Contains("The word 'b' is not in the vocabulary, and neither is a token '[UNK]'", Assert.Throws<FormatException>(() => tokenizer.Encode("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_wrong_are_named()
    {
        using TemporaryFolder folder = new();
        string vocabulary = folder.Write("vocab.txt", "[UNK]\n[CLS]\na\na\n[SEP]\n");
        Assert.Equal($"{vocabulary}: The token 'a' occurs twice in the vocabulary: as number 2 and 3.", Assert.Throws<FormatException>(() => Tokenizer.FromBert(vocabulary)).Message);
        Assert.Contains("lacks [SEP]", Assert.Throws<FormatException>(() => Tokenizer.FromBert(folder.Write("v.txt", "[UNK]\n[CLS]\n"))).Message, StringComparison.Ordinal);
        Assert.Contains("is not JSON", Assert.Throws<FormatException>(() => Tokenizer.Parse("{")).Message, StringComparison.Ordinal);
        Assert.Contains("written as a JSON object", Assert.Throws<FormatException>(() => Tokenizer.Parse("[1]")).Message, StringComparison.Ordinal);
        Assert.Contains("model is missing; expected an object", Assert.Throws<FormatException>(() => Tokenizer.Parse("{}")).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Tokenizer.Load(folder.Of("none.json")));
        Assert.Contains("the line 'a b c' is not two tokens", Assert.Throws<FormatException>(() => Tokenizer.FromGpt2(folder.Write("vocab.json", "{}"), folder.Write("merges.txt", "a b c\n"))).Message, StringComparison.Ordinal);
    }

    // Letters of another encoding must not become the replacement character in silence.
    [Fact]
    public void Files_of_another_encoding_are_told()
    {
        using TemporaryFolder folder = new();
        string plain = folder.Write("plain", "{}"), path = folder.Of("latin");
        File.WriteAllBytes(path, [.. "[UNK]\n[CLS]\n[SEP]\ncaf"u8, 0xE9, (byte)'\n']);
        foreach (Action read in (Action[])[() => Tokenizer.FromBert(path), () => Tokenizer.Load(path), () => Tokenizer.FromGpt2(path, plain), () => Tokenizer.FromGpt2(plain, path)])
            Assert.Matches("^.*latin(, line 4)?: not UTF-8. Convert the file.$", Assert.Throws<FormatException>(read).Message);
    }

    [Fact]
    public void Halves_of_surrogate_pairs_are_read_as_the_replacement_character()
    {
        Assert.Equal(Vocabularies.Gpt2.Encode("a\uFFFDb").Ids, Vocabularies.Gpt2.Encode("a\uD83Db").Ids);
        Assert.Equal([(0, 1), (1, 2), (2, 3)], Vocabularies.Gpt2.Encode("a\uDE00b").Offsets.Distinct());
    }
}
