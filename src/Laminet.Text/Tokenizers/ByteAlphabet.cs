using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// The characters that stand for bytes in byte-level vocabularies (Radford et al. 2019): a printable character of Latin-1 for its own byte, those from
/// U+0100 on for the other 68 bytes, in their order.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] CharacterOfByte = Make();
    private static readonly Dictionary<char, byte> ByteOfCharacter = CharacterOfByte.Index().ToDictionary(pair => pair.Item, pair => (byte)pair.Index);

    public static IReadOnlyList<char> All => CharacterOfByte;

    public static char CharacterOf(byte value) => CharacterOfByte[value];

    public static bool TryByteOf(char character, out byte value) => ByteOfCharacter.TryGetValue(character, out value);

    /// <summary>Puts the characters of each character's UTF-8 bytes in its place.</summary>
    public static AlignedText Spell(AlignedText text)
    {
        string all = text.Text;
        int count = Encoding.UTF8.GetByteCount(all), place = 0;
        char[] spelled = new char[count];
        int[] starts = new int[count], ends = new int[count];
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < all.Length;)
        {
            Rune rune = Rune.GetRuneAt(all, i);
            (int start, int end) = (text.Start(i), text.End(i));
            foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                (spelled[place], starts[place], ends[place]) = (CharacterOfByte[value], start, end);
                place++;
            }

            i += rune.Utf16SequenceLength;
        }

        return new AlignedText(new string(spelled), starts, ends);
    }

    private static char[] Make()
    {
        char[] characters = new char[256];
        int others = 0;
        for (int value = 0; value < characters.Length; value++)
            characters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)value : (char)(256 + others++);
        return characters;
    }
}
