using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>Splits texts at matches.</summary>
internal static class Splitter
{
    /// <summary>Every character of a kind is a match; what lies between is not.</summary>
    public static IEnumerable<(int Start, int Length, bool IsMatch)> Parts(string text, Func<Rune, bool> matches)
    {
        int start = 0;
        for (int i = 0; i < text.Length;)
        {
            Rune rune = Rune.GetRuneAt(text, i);
            int next = i + rune.Utf16SequenceLength;
            if (matches(rune))
            {
                if (i > start)
                    yield return (start, i - start, false);
                yield return (i, next - i, true);
                start = next;
            }

            i = next;
        }

        if (text.Length > start)
            yield return (start, text.Length - start, false);
    }

    public static IEnumerable<AlignedText> Split(AlignedText text, IEnumerable<(int Start, int Length, bool IsMatch)> parts, SplitBehavior behavior)
    {
        // The piece so far, and whether its last part was a match.
        (int start, int length, bool isMatch) = (0, 0, false);
        foreach ((int Start, int Length, bool IsMatch) part in parts)
        {
            bool joins = behavior switch
            {
                SplitBehavior.Contiguous => part.IsMatch == isMatch,
                SplitBehavior.MergedWithPrevious => part.IsMatch && !isMatch,
                SplitBehavior.MergedWithNext => isMatch && !part.IsMatch,
                _ => false,
            };
            if (length > 0 && !joins)
                yield return text.Slice(start, length);
            if (length == 0 || !joins)
                (start, length) = (part.Start, 0);
            length += behavior == SplitBehavior.Removed && part.IsMatch ? 0 : part.Length;
            isMatch = part.IsMatch;
        }

        if (length > 0)
            yield return text.Slice(start, length);
    }
}
