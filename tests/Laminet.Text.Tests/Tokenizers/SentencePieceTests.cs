using System.Text;
using Laminet.Text.Tokenizers;
using SentencePieceTokenizer = Microsoft.ML.Tokenizers.SentencePieceTokenizer;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Numbers are those of Microsoft's reader, on model files made here.</summary>
public class SentencePieceTests
{
    private static readonly string[] Words = ["▁the", "▁dog", "▁dogs", "▁run", "s", "ning", "▁a", "▁", "t", "h", "e", "d", "o", "g", "r", "u", "n", "i", "th", "he", "the", "do", "og", "dog", "ru", "un", "run", "in", "ng", "ing", "▁d", "▁do", "▁r", "▁ru", "▁t", "▁th", "a", "л", "и", "с", "а", "ли", "лиса", "中", "文", "😀", ".", ","];

    private static readonly string[] Texts = ["the dogs run", "a dog.  the running, ", "  the", "лиса the dog", "中文 😀 dog", "hello world", "тест", "dogdog og", "", " ", "dogs\tdog"];

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_model_is_equal(bool bytePair, bool fallback)
    {
        byte[] model = Model(bytePair, fallback, []);
        SentencePieceTokenizer oracle = SentencePieceTokenizer.Create(new MemoryStream(model), addBeginningOfSentence: false, addEndOfSentence: false);
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.Of("x.model"), model);
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(folder.Of("x.model"));
        foreach (string text in Texts)
        {
            // Microsoft's reader leaves unknown characters apart, which SentencePiece puts together, and its unigrams give bytes the numbers of other tokens.
            int[] ids = [.. tokenizer.Encode(text).Ids];
            if (bytePair ? text != " " : !Array.Exists(ids, id => fallback && id is > 2 and < 259))
                Assert.Equal(Together(oracle.EncodeToIds(text)), Together(ids));
            Oracle.AssertEqual(tokenizer, [text]);
        }
    }

    private static IEnumerable<int> Together(IReadOnlyList<int> ids) => ids.Where((id, place) => id != 0 || place == 0 || ids[place - 1] != 0);

    [Fact]
    public void Start_and_end_are_added_and_decoding_gives_the_text_back()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.Of("x.model"), Model(bytePair: false, fallback: true, []));
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(folder.Of("x.model"), addStart: true, addEnd: true);
        EncodedText encoded = tokenizer.Encode("the dogs é");
        Assert.Equal("<s>", encoded.Tokens[0]);
        Assert.Equal("</s>", encoded.Tokens[^1]);
        Assert.Equal("the dogs é", tokenizer.Decode(encoded.Ids));
        Assert.Equal(["the", " dogs"], encoded.Offsets.Skip(1).Take(2).Select(offset => "the dogs é"[offset.Start..offset.End]));
    }

    [Fact]
    public void The_table_of_replacements_is_used()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.Of("x.model"), Model(bytePair: false, fallback: false, ReplacementTable.Of(new Dictionary<string, string> { ["Ｄ"] = "d", ["\t"] = " " })));
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(folder.Of("x.model"));
        Assert.Equal(["▁the", "▁dog"], tokenizer.Encode("the\tＤog").Tokens);
    }

    [Fact]
    public void What_is_no_model_is_told()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("x.model", "hello");
        Assert.StartsWith($"{path}: ", Assert.Throws<FormatException>(() => Tokenizer.FromSentencePiece(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("no pieces", Assert.Throws<FormatException>(() => Tokenizer.FromSentencePiece(path)).Message, StringComparison.Ordinal);
    }

    internal static byte[] Model(bool bytePair, bool fallback, byte[] table)
    {
        MemoryStream file = new();
        Piece("<unk>", 0, 2);
        Piece("<s>", 0, 3);
        Piece("</s>", 0, 3);
        for (int value = 0; fallback && value < 256; value++)
            Piece(ByteTokens.Name((byte)value), 0, 6);
        // In a byte-pair model a piece's score is its place in the order of merges.
        foreach ((int index, string word) in Words.OrderBy(word => bytePair ? word.Length : 0).Index())
            Piece(word, bytePair ? -index : -(10f / word.Length) - (index * 0.01f), 1);
        Bytes(file, 2, [3 << 3, (byte)(bytePair ? 2 : 1), .. Flag(35, fallback)]);
        MemoryStream normalization = new();
        Bytes(normalization, 1, Encoding.UTF8.GetBytes("identity"));
        if (table.Length > 0)
            Bytes(normalization, 2, table);
        Bytes(file, 3, normalization.ToArray());
        return file.ToArray();

        void Piece(string text, float score, int type)
        {
            MemoryStream piece = new();
            Bytes(piece, 1, Encoding.UTF8.GetBytes(text));
            piece.WriteByte((2 << 3) | 5);
            piece.Write(BitConverter.GetBytes(score));
            piece.Write([3 << 3, (byte)type]);
            Bytes(file, 1, piece.ToArray());
        }

        static byte[] Flag(int number, bool value) => [(byte)(((number << 3) & 0x7F) | 0x80), (byte)(number << 3 >> 7), value ? (byte)1 : (byte)0];

        static void Bytes(MemoryStream stream, int number, byte[] content)
        {
            stream.WriteByte((byte)((number << 3) | 2));
            uint length = (uint)content.Length;
            for (; length >= 0x80; length >>= 7)
                stream.WriteByte((byte)(length | 0x80));
            stream.WriteByte((byte)length);
            stream.Write(content);
        }
    }
}
