using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// The table of replacements in a SentencePiece model (Kudo and Richardson 2018): a double-array trie over UTF-8 (Aoe 1989) whose leaves are places in a list of
/// texts that end with a zero.
/// </summary>
internal sealed class CharacterMap
{
    private const int LongestCluster = 6;

    private readonly uint[] units;
    private readonly byte[] texts;

    private CharacterMap(uint[] units, byte[] texts) => (this.units, this.texts) = (units, texts);

    public static CharacterMap FromBase64(Part part)
    {
        byte[] blob;
        try
        {
            blob = Convert.FromBase64String(part.Text("precompiled_charsmap"));
        }
        catch (FormatException exception)
        {
            throw part.Wrong("precompiled_charsmap", $"not Base64: {exception.Message}");
        }

        if (blob.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(blob) is var size && (size % 4 != 0 || size > blob.Length - 4))
            throw part.Wrong("precompiled_charsmap", $"its {blob.Length} bytes are not a trie and a list of texts.");
        uint[] units = new uint[(int)size / 4];
        for (int i = 0; i < units.Length; i++)
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob.AsSpan(4 + (4 * i)));
        return new CharacterMap(units, blob[(4 + (int)size)..]);
    }

    /// <summary>Replaces what the table knows: whole clusters of characters, otherwise single characters.</summary>
    public AlignedText Apply(AlignedText text)
    {
        AlignedBuilder builder = new(text.Text.Length);
        ReadOnlySpan<char> all = text.Text;
        Span<byte> bytes = stackalloc byte[LongestCluster];
        for (int place = 0; place < all.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(all[place..]);
            ReadOnlySpan<char> cluster = all.Slice(place, length);
            if (Encoding.UTF8.TryGetBytes(cluster, bytes, out int count) && count < LongestCluster && Find(bytes[..count]) is { } whole)
                builder.Add(whole, text.Start(place), text.End(place + length - 1));
            else
                AddEach(text, place, length, builder);
            place += length;
        }

        return builder.Build();
    }

    private void AddEach(AlignedText text, int place, int length, AlignedBuilder builder)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int i = place; i < place + length;)
        {
            Rune rune = Rune.GetRuneAt(text.Text, i);
            if (Find(bytes[..rune.EncodeToUtf8(bytes)]) is { } found)
                builder.Add(found, text.Start(i), text.End(i));
            else
                builder.Add(rune, text.Start(i), text.End(i));
            i += rune.Utf16SequenceLength;
        }
    }

    // The shortest entry that the key begins with, as Hugging Face's reader takes it.
    private string? Find(ReadOnlySpan<byte> key)
    {
        if (units.Length == 0)
            return null;
        uint place = Offset(units[0]);
        foreach (byte value in key)
        {
            place ^= value;
            if (place >= units.Length || (units[place] & 0x800000FF) != value)
                return null;
            uint unit = units[place];
            place ^= Offset(unit);
            if ((unit >> 8 & 1) != 0)
                return place < units.Length ? TextAt(units[place] & 0x7FFFFFFF) : null;
        }

        return null;
    }

    private string? TextAt(uint start)
    {
        if (start >= texts.Length)
            return null;
        ReadOnlySpan<byte> rest = texts.AsSpan((int)start);
        int end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & (1 << 9)) >> 6);
}
