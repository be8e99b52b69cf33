using System.Globalization;
using System.IO.Compression;
using Laminet.Tests.Shared;
using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Numbers and decoded texts are those of Hugging Face's engine.</summary>
public class HuggingFaceTests
{
    private const string Newer = "61D 7FD 890-891 897-89F 8CA-8E2 9FD-9FE A76 AFA-AFF B55 C04 C3C C77 C84 D00 D3B-D3C D81 EBA ECE 166D 1734 180F 1885-1886 1ABF-1AFF 1B4E-1B4F 1B7D-1B7F 1DF6-1DFB 2E43-2E4F 2E52-2E5D A82C A8C5 A8FF A9BD 1171E";

    [Fact]
    public void Gpt2_is_equal() => Oracle.AssertEqual(Vocabularies.Gpt2, Lines.Generate(Lines.Count, seed: 1));

    [Fact]
    public void Bert_is_equal() => Oracle.AssertEqual(Vocabularies.Bert, Lines.Generate(Lines.Count, seed: 2));

    [Fact]
    public void Our_byte_pairs_are_equal() => Oracle.AssertEqual(Vocabularies.BytePair, Lines.Generate(Lines.Count, seed: 3));

    [Fact]
    public void Our_word_pieces_are_equal() => Oracle.AssertEqual(Vocabularies.WordPiece, Lines.Generate(Lines.Count, seed: 4));

    [Fact]
    public void Characters_and_words_are_equal()
    {
        Oracle.AssertEqual(Tokenizer.OfCharacters(Lines.Generate(50, seed: 7)), Lines.Generate(Lines.Count, seed: 8));
        Oracle.AssertEqual(Tokenizer.OfWords(Lines.Generate(50, seed: 7), lowercase: true), Lines.Generate(Lines.Count, seed: 8));
    }

    [SharedDataFact("data/multi30k")]
    public void Real_sentences_are_equal()
    {
        string[] lines = [.. new[] { "en", "de", "fr" }.SelectMany(language => ReadGzip($"{(Lines.Count < 10_000 ? "test_2016_flickr" : "train")}.{language}.gz").Take(Lines.Count))];
        foreach (Tokenizer tokenizer in new[] { Vocabularies.Gpt2, Vocabularies.Bert, Vocabularies.BytePair, Vocabularies.WordPiece })
            Oracle.AssertEqual(tokenizer, lines);
    }

    // Each character between letters, where it joins or separates them.
    [Fact]
    public void All_characters_are_equal()
    {
        int step = Lines.Count >= 10_000 ? 1 : 97;
        int[] all = [.. Enumerable.Range(0, 0x110000).Where(code => code % step == 0 && code is < 0xD800 or > 0xDFFF && CharUnicodeInfo.GetUnicodeCategory(code) is not (UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse))];
        Oracle.AssertEqual(Vocabularies.Gpt2, all.Select(Line));
        Oracle.AssertEqual(Vocabularies.Bert, all.Where(code => !IsNewerThanTheOracle(code)).Select(Line));

        static string Line(int code) => $"a{char.ConvertFromUtf32(code)}b {char.ConvertFromUtf32(code)} 1";
    }

    // For BERT the engine has a table of marks, punctuation and format characters as they were in Unicode 8; those added since it takes for no character at all, and some were of another kind.
    private static bool IsNewerThanTheOracle(int code) => code <= char.MaxValue || code == 0x1171E
        ? Newer.Split(' ').Any(range => code >= Hex(range.Split('-')[0]) && code <= Hex(range.Split('-')[^1]))
        : CharUnicodeInfo.GetUnicodeCategory(code) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format or (>= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<string> ReadGzip(string name)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Path.Combine(SharedDataFactAttribute.Find("data/multi30k")!, name)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
