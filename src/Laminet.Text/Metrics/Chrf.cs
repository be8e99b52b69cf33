using System.Text;

namespace Laminet.Text.Metrics;

/// <summary>
/// chrF (Popović 2015): the F score of character n-grams, 100 (1 + β²) P R / (β² P + R), where P and R are the means of precision and recall over the orders 1 to 6; with words
/// of orders 1 and 2 it is chrF++ (Popović 2017). Counts are added over the corpus first. The numbers are those of sacreBLEU (<c>eff:yes|nc:6|nw:0|space:no</c>): orders that the
/// texts are too short for are left out.
/// </summary>
public static class Chrf
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>The score of a corpus with one reference for each text, from 0 to 100.</summary>
    /// <inheritdoc cref="Corpus(IReadOnlyList{string}, IReadOnlyList{IReadOnlyList{string}}, int, int, double, bool)"/>
    public static double Corpus(IReadOnlyList<string> texts, IReadOnlyList<string> references, int characterOrder = 6, int wordOrder = 0, double beta = 2, bool lowercase = false) =>
        Corpus(texts, Pairing.Single(references), characterOrder, wordOrder, beta, lowercase);

    /// <summary>The score of a corpus, from 0 to 100.</summary>
    /// <param name="texts">The translations.</param>
    /// <param name="references">For each translation its references; the one with the highest score counts.</param>
    /// <param name="characterOrder">The longest n-grams of characters. Spaces are left out.</param>
    /// <param name="wordOrder">The longest n-grams of words: 0 for chrF, 2 for chrF++.</param>
    /// <param name="beta">How much more recall weighs than precision.</param>
    /// <param name="lowercase">Whether case is disregarded.</param>
    /// <exception cref="ArgumentException">There are no texts, not as many references, or a text has no reference.</exception>
    public static double Corpus(
        IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references, int characterOrder = 6, int wordOrder = 0, double beta = 2, bool lowercase = false)
    {
        Pairing.Require(texts, references);
        ArgumentOutOfRangeException.ThrowIfLessThan(characterOrder, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrder);
        (int Text, int Reference, int Common)[] sums = new (int, int, int)[characterOrder + wordOrder];
        for (int i = 0; i < texts.Count; i++)
        {
            Pairing.RequireReferences(references[i], i);
            Dictionary<string, int>[] grams = Grams(texts[i]);
            (int Text, int Reference, int Common)[] best = references[i].Select(reference => Counts(grams, Grams(reference))).MaxBy(counts => Score(counts, beta))!;
            for (int n = 0; n < sums.Length; n++)
                sums[n] = (sums[n].Text + best[n].Text, sums[n].Reference + best[n].Reference, sums[n].Common + best[n].Common);
        }

        return Score(sums, beta);

        Dictionary<string, int>[] Grams(string text)
        {
            string whole = lowercase ? text.ToLowerInvariant() : text;
            string[] words = [.. Words(whole)];
            (string joined, int[] starts) = Joined(whole);
            return
            [
                .. Enumerable.Range(1, characterOrder).Select(order => NGrams.OfCharacters(joined, starts, order)),
                .. Enumerable.Range(1, wordOrder).Select(order => NGrams.OfWords(words, order)),
            ];
        }
    }

    /// <summary>The score of one text, from 0 to 100.</summary>
    /// <inheritdoc cref="Corpus(IReadOnlyList{string}, IReadOnlyList{IReadOnlyList{string}}, int, int, double, bool)"/>
    public static double Sentence(string text, IReadOnlyList<string> references, int characterOrder = 6, int wordOrder = 0, double beta = 2, bool lowercase = false) =>
        Corpus([text], [references], characterOrder, wordOrder, beta, lowercase);

    private static (int Text, int Reference, int Common)[] Counts(Dictionary<string, int>[] text, Dictionary<string, int>[] reference) =>
        [.. text.Zip(reference, (one, other) => (other.Count == 0 ? 0 : one.Values.Sum(), other.Values.Sum(), NGrams.Common(one, other)))];

    private static double Score((int Text, int Reference, int Common)[] counts, double beta)
    {
        (int Text, int Reference, int Common)[] used = [.. counts.Where(count => count.Text > 0 && count.Reference > 0)];
        if (used.Length == 0)
            return 0;
        double precision = used.Average(count => (double)count.Common / count.Text), recall = used.Average(count => (double)count.Common / count.Reference), weight = beta * beta;
        return precision + recall == 0 ? 0 : 100 * (1 + weight) * precision * recall / ((weight * precision) + recall);
    }

    // A text without its spaces, and where its characters begin: those of Unicode, not the halves of pairs.
    private static (string Text, int[] Starts) Joined(string text)
    {
        StringBuilder joined = new(text.Length);
        List<int> starts = [];
        foreach (Rune rune in text.EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)))
        {
            starts.Add(joined.Length);
            joined.Append(rune);
        }

        return (joined.ToString(), [.. starts, joined.Length]);
    }

    // One mark of punctuation is separated from the end of a word, or else from its beginning.
    private static IEnumerable<string> Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany<string, string>(word =>
        word.Length == 1 ? [word]
        : Punctuation.Contains(word[^1], StringComparison.Ordinal) ? [word[..^1], word[^1..]]
        : Punctuation.Contains(word[0], StringComparison.Ordinal) ? [word[..1], word[1..]]
        : [word]);
}
