using System.Text.RegularExpressions;

namespace Laminet.Text.Metrics;

/// <summary>
/// BLEU (Papineni et al. 2002): 100 b exp(mean of log p_n), where p_n is the share of the translations' n-grams that are in a reference and b = min(1, exp(1 - r / c))
/// penalizes short translations of c words against references of r. Counts are added over the corpus first. With the defaults the numbers are those of sacreBLEU
/// (Post 2018), signature <c>case:mixed|eff:no|tok:13a|smooth:exp</c>.
/// </summary>
/// <example><code>
/// double score = Bleu.Corpus(["The dog bit the man."], ["The dog had bit the man."]).Score;
/// </code></example>
/// <param name="Score">From 0 to 100.</param>
/// <param name="Precisions">The precision of each order, from 0 to 100, smoothed.</param>
/// <param name="BrevityPenalty">The factor for short translations, at most 1.</param>
/// <param name="Matches">How many n-grams of each order are in a reference.</param>
/// <param name="Totals">How many n-grams of each order the translations have.</param>
/// <param name="Length">How many words the translations have.</param>
/// <param name="ReferenceLength">How many words the references have, of several the one whose length is nearest.</param>
public sealed partial record Bleu(
    double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, IReadOnlyList<int> Matches, IReadOnlyList<int> Totals, int Length, int ReferenceLength)
{
    private const double FloorMatches = 0.1;

    /// <summary>The score of a corpus with one reference for each text.</summary>
    /// <inheritdoc cref="Corpus(IReadOnlyList{string}, IReadOnlyList{IReadOnlyList{string}}, int, Smoothing, bool, bool, bool)"/>
    public static Bleu Corpus(
        IReadOnlyList<string> texts, IReadOnlyList<string> references, int order = 4, Smoothing smoothing = Smoothing.Exponential, bool effectiveOrder = false, bool lowercase = false, bool tokenize = true) =>
        Corpus(texts, Pairing.Single(references), order, smoothing, effectiveOrder, lowercase, tokenize);

    /// <summary>The score of a corpus.</summary>
    /// <param name="texts">The translations.</param>
    /// <param name="references">For each translation its references.</param>
    /// <param name="order">The longest n-grams.</param>
    /// <param name="smoothing">What to take where an order has no match.</param>
    /// <param name="effectiveOrder">Whether orders that the texts are too short for are left out. Without, texts of fewer than four words score 0 even where they are equal.</param>
    /// <param name="lowercase">Whether case is disregarded.</param>
    /// <param name="tokenize">Whether to separate punctuation as mteval-v13a does; otherwise spaces alone separate words.</param>
    /// <exception cref="ArgumentException">There are no texts, not as many references, or a text has no reference.</exception>
    public static Bleu Corpus(
        IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references, int order = 4, Smoothing smoothing = Smoothing.Exponential, bool effectiveOrder = false, bool lowercase = false, bool tokenize = true)
    {
        Pairing.Require(texts, references);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        int[] matches = new int[order], totals = new int[order];
        (int length, int referenceLength) = (0, 0);
        for (int i = 0; i < texts.Count; i++)
        {
            Pairing.RequireReferences(references[i], i);
            string[] text = Words(texts[i]);
            string[][] others = [.. references[i].Select(Words)];
            length += text.Length;
            referenceLength += others.Select(other => other.Length).MinBy(other => (Math.Abs(other - text.Length), other));
            for (int n = 1; n <= order; n++)
            {
                Dictionary<string, int>[] known = [.. others.Select(other => NGrams.OfWords(other, n))];
                foreach ((string gram, int count) in NGrams.OfWords(text, n))
                {
                    totals[n - 1] += count;
                    matches[n - 1] += Math.Min(count, known.Max(grams => grams.GetValueOrDefault(gram)));
                }
            }
        }

        return OfCounts(matches, totals, length, referenceLength, smoothing, effectiveOrder);

        string[] Words(string text)
        {
            string whole = lowercase ? text.ToLowerInvariant() : text;
            return (tokenize ? Tokenize(whole.TrimEnd()) : whole).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>The score of one text. Orders that it is too short for are left out.</summary>
    /// <inheritdoc cref="Corpus(IReadOnlyList{string}, IReadOnlyList{IReadOnlyList{string}}, int, Smoothing, bool, bool, bool)"/>
    public static Bleu Sentence(string text, IReadOnlyList<string> references, int order = 4, Smoothing smoothing = Smoothing.Exponential, bool lowercase = false) =>
        Corpus([text], [references], order, smoothing, effectiveOrder: true, lowercase);

    /// <summary>Separates words and punctuation by single spaces, as mteval-v13a does for Western languages.</summary>
    public static string Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string plain = text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        string apart = Symbols().Replace($" {plain} ", " $1 ");
        apart = PointAfterOther().Replace(apart, "$1 $2 ");
        apart = PointBeforeOther().Replace(apart, " $1 $2");
        apart = DashAfterDigit().Replace(apart, "$1 $2 ");
        return string.Join(' ', apart.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    internal static Bleu OfCounts(int[] matches, int[] totals, int length, int referenceLength, Smoothing smoothing, bool effectiveOrder)
    {
        double penalty = length >= referenceLength ? 1 : length == 0 ? 0 : Math.Exp(1 - ((double)referenceLength / length));
        double[] precisions = new double[matches.Length];
        // Without a single match no smoothing makes a score.
        if (!Array.Exists(matches, count => count > 0))
            return new Bleu(0, precisions, penalty, matches, totals, length, referenceLength);
        (int used, double halving) = (matches.Length, 1);
        for (int n = 0; n < matches.Length; n++)
        {
            int added = smoothing == Smoothing.AddOne && n > 0 ? 1 : 0;
            double total = totals[n] + added, matched = matches[n] + added;
            if (total == 0)
                break;
            if (effectiveOrder)
                used = n + 1;
            if (matched == 0 && smoothing == Smoothing.Exponential)
                matched = 1 / (halving *= 2);
            else if (matched == 0 && smoothing == Smoothing.Floor)
                matched = FloorMatches;
            precisions[n] = 100 * matched / total;
        }

        double score = penalty * Math.Exp(precisions.Take(used).Average(Math.Log));
        return new Bleu(score, precisions, penalty, matches, totals, length, referenceLength);
    }

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    private static partial Regex Symbols();

    [GeneratedRegex("([^0-9])([.,])", RegexOptions.CultureInvariant)]
    private static partial Regex PointAfterOther();

    [GeneratedRegex("([.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex PointBeforeOther();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex DashAfterDigit();
}
