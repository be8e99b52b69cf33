namespace Laminet.Text.Metrics;

/// <summary>
/// The error rates of speech recognition: the fewest words (or characters) to replace, insert and delete that turn the texts into their references (Levenshtein 1966), over the
/// number of words (characters) of the references. It can exceed 1.
/// </summary>
public static class ErrorRate
{
    /// <summary>The word error rate of a corpus. Spaces separate words.</summary>
    /// <param name="texts">What was recognized.</param>
    /// <param name="references">What was said.</param>
    /// <exception cref="ArgumentException">There are no texts, not as many references, or the references have no words.</exception>
    public static double Words(IReadOnlyList<string> texts, IReadOnlyList<string> references) => Of(texts, references, text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The character error rate of a corpus. Characters are those of Unicode; spaces count.</summary>
    /// <inheritdoc cref="Words" path="/param"/>
    /// <exception cref="ArgumentException">There are no texts, not as many references, or the references have no characters.</exception>
    public static double Characters(IReadOnlyList<string> texts, IReadOnlyList<string> references) => Of<System.Text.Rune>(texts, references, text => [.. text.EnumerateRunes()]);

    private static double Of<T>(IReadOnlyList<string> texts, IReadOnlyList<string> references, Func<string, T[]> cut) where T : IEquatable<T>
    {
        Pairing.Require(texts, references);
        (long errors, long length) = (0, 0);
        for (int i = 0; i < texts.Count; i++)
        {
            T[] reference = cut(references[i]);
            errors += Distance(cut(texts[i]), reference);
            length += reference.Length;
        }

        return length > 0 ? (double)errors / length : throw new ArgumentException($"The {references.Count} references are empty; a rate of errors needs words.", nameof(references));
    }

    private static int Distance<T>(T[] text, T[] reference) where T : IEquatable<T>
    {
        int[] row = [.. Enumerable.Range(0, reference.Length + 1)];
        for (int i = 1; i <= text.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= reference.Length; j++)
            {
                int replaced = diagonal + (text[i - 1].Equals(reference[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
