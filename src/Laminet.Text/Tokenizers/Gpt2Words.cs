using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// The words of GPT-2 (Radford et al. 2019), as its expression
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> finds them. Written out, since .NET's expressions do not see letters
/// beyond the basic plane.
/// </summary>
internal static class Gpt2Words
{
    private static readonly string[] Endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    public static IEnumerable<(int Start, int Length)> Of(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = EndOf(text, start);
            yield return (start, end - start);
            start = end;
        }
    }

    private static int EndOf(string text, int start)
    {
        if (text[start] == '\'' && Array.Find(Endings, ending => string.CompareOrdinal(text, start, ending, 0, ending.Length) == 0) is { } found)
            return start + found.Length;
        int place = text[start] == ' ' && start + 1 < text.Length && KindAt(text, start + 1, out _) != Kind.Space ? start + 1 : start;
        Kind kind = KindAt(text, place, out int next);
        int last = place;
        while (next < text.Length && KindAt(text, next, out int after) == kind)
            (last, next) = (next, after);
        if (kind == Kind.Space && next < text.Length && last > start)
            // A word takes the last of several spaces before it.
            return last;
        return next;
    }

    private static Kind KindAt(string text, int place, out int next)
    {
        Rune rune = Rune.GetRuneAt(text, place);
        next = place + rune.Utf16SequenceLength;
        return Rune.IsWhiteSpace(rune) ? Kind.Space : Characters.IsLetter(rune) ? Kind.Letter : Characters.IsNumber(rune) ? Kind.Number : Kind.Other;
    }
}
