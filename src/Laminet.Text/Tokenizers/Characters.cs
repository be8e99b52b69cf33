using System.Globalization;
using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>Kinds of characters, as the tokenizers of Hugging Face tell them apart.</summary>
internal static class Characters
{
    public static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r') && Category(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? !Rune.IsLetterOrDigit(rune) && rune.Value is > ' ' and < 0x7F
        : Category(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    public static bool IsLetter(Rune rune) => Category(rune) is <= UnicodeCategory.OtherLetter;

    public static bool IsNumber(Rune rune) => Category(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    public static bool IsMark(Rune rune) => Category(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    public static bool IsNonSpacingMark(Rune rune) => Category(rune) is UnicodeCategory.NonSpacingMark;

    /// <summary>What <c>\w</c> matches: alphabetic characters, marks, digits, connectors and joiners (Unicode Technical Standard 18, Annex C).</summary>
    public static bool IsWord(Rune rune) => IsLetter(rune) || IsMark(rune) || Category(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
        || rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    /// <summary>The ideographs that BERT puts between spaces (Devlin et al. 2018, the published code).</summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>A text with U+FFFD in the place of lone surrogates, which have no UTF-8.</summary>
    public static string WithoutLoneSurrogates(string text)
    {
        int place = 0;
        while (true)
        {
            int found = text.AsSpan(place).IndexOfAnyInRange('\uD800', '\uDFFF');
            if (found < 0)
                return text;
            place += found;
            if (!Rune.TryGetRuneAt(text, place, out Rune rune))
                break;
            place += rune.Utf16SequenceLength;
        }

        StringBuilder builder = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            builder.Append(rune);
        return builder.ToString();
    }

    private static UnicodeCategory Category(Rune rune) => Rune.GetUnicodeCategory(rune);
}
