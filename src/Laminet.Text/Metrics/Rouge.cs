using System.Text;

namespace Laminet.Text.Metrics;

/// <summary>
/// ROUGE (Lin 2004): how many n-grams (ROUGE-1, ROUGE-2), or words of the longest common subsequence (ROUGE-L), a summary and a reference share. Words are runs of letters and
/// digits of ASCII in lower case, as in Google's rouge-score without stemming; for other scripts give <c>words</c>.
/// </summary>
/// <param name="Precision">The share of the summary that is in the reference.</param>
/// <param name="Recall">The share of the reference that is in the summary.</param>
/// <param name="F">Their harmonic mean, 2 P R / (P + R).</param>
public sealed record Rouge(double Precision, double Recall, double F)
{
    /// <summary>ROUGE-N of one text.</summary>
    /// <param name="text">The summary.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="order">n: 1 for words, 2 for pairs of words.</param>
    /// <param name="words">Cuts a text into words; null for those of ASCII in lower case.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is below 1.</exception>
    public static Rouge N(string text, string reference, int order, Func<string, IReadOnlyList<string>>? words = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        words ??= AsciiWords;
        Dictionary<string, int> one = NGrams.OfWords(words(text), order), other = NGrams.OfWords(words(reference), order);
        return Of(NGrams.Common(one, other), one.Values.Sum(), other.Values.Sum());
    }

    /// <summary>ROUGE-L of one text: the longest common subsequence of all its words.</summary>
    /// <inheritdoc cref="N" path="/param"/>
    public static Rouge L(string text, string reference, Func<string, IReadOnlyList<string>>? words = null)
    {
        words ??= AsciiWords;
        IReadOnlyList<string> one = words(text), other = words(reference);
        return Of(CommonLength(one, other), one.Count, other.Count);
    }

    /// <summary>
    /// ROUGE-Lsum of one text, whose lines are sentences: for each line of the reference the words that it shares in order with any line of the summary, each word counted
    /// at most as often as both have it.
    /// </summary>
    /// <inheritdoc cref="N" path="/param"/>
    public static Rouge LSum(string text, string reference, Func<string, IReadOnlyList<string>>? words = null)
    {
        words ??= AsciiWords;
        IReadOnlyList<string>[] lines = Lines(text), others = Lines(reference);
        Dictionary<string, int> left = NGrams.OfWords([.. lines.SelectMany(line => line)], 1), rest = NGrams.OfWords([.. others.SelectMany(line => line)], 1);
        (int length, int otherLength, int common) = (left.Values.Sum(), rest.Values.Sum(), 0);
        foreach (IReadOnlyList<string> other in others)
        {
            foreach (string word in lines.SelectMany(line => CommonPlaces(other, line)).Distinct().Order().Select(place => other[place]))
            {
                if (left.GetValueOrDefault(word) == 0 || rest.GetValueOrDefault(word) == 0)
                    continue;
                common++;
                left[word]--;
                rest[word]--;
            }
        }

        return Of(common, length, otherLength);

        IReadOnlyList<string>[] Lines(string all) => [.. all.Split('\n').Select(words).Where(line => line.Count > 0)];
    }

    /// <summary>The mean of each of the three numbers.</summary>
    /// <exception cref="ArgumentException">There are no scores.</exception>
    public static Rouge Mean(IReadOnlyCollection<Rouge> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Count > 0
            ? new Rouge(scores.Average(score => score.Precision), scores.Average(score => score.Recall), scores.Average(score => score.F))
            : throw new ArgumentException("Received no scores; expected one or more.", nameof(scores));
    }

    private static Rouge Of(int common, int length, int otherLength)
    {
        (double precision, double recall) = (length == 0 ? 0 : (double)common / length, otherLength == 0 ? 0 : (double)common / otherLength);
        return new Rouge(precision, recall, common == 0 ? 0 : 2 * precision * recall / (precision + recall));
    }

    // Two rows at a time, so that long texts need no table.
    private static int CommonLength(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        int[] above = new int[other.Count + 1], row = new int[other.Count + 1];
        foreach (string word in one)
        {
            for (int j = 1; j <= other.Count; j++)
                row[j] = word == other[j - 1] ? above[j - 1] + 1 : Math.Max(above[j], row[j - 1]);
            (above, row) = (row, above);
        }

        return above[^1];
    }

    /// <summary>The places in the first sequence of a longest common subsequence.</summary>
    private static List<int> CommonPlaces(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        int[,] longest = new int[one.Count + 1, other.Count + 1];
        for (int i = 1; i <= one.Count; i++)
        {
            for (int j = 1; j <= other.Count; j++)
                longest[i, j] = one[i - 1] == other[j - 1] ? longest[i - 1, j - 1] + 1 : Math.Max(longest[i - 1, j], longest[i, j - 1]);
        }

        List<int> places = [];
        for ((int i, int j) = (one.Count, other.Count); i > 0 && j > 0;)
        {
            if (one[i - 1] == other[j - 1])
            {
                places.Add(--i);
                j--;
            }
            else if (longest[i, j - 1] > longest[i - 1, j])
            {
                j--;
            }
            else
            {
                i--;
            }
        }

        return places;
    }

    private static List<string> AsciiWords(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> words = [];
        StringBuilder word = new();
        foreach (char character in text.Append(' '))
        {
            char lower = char.ToLowerInvariant(character);
            if (char.IsAsciiLetterLower(lower) || char.IsAsciiDigit(lower))
            {
                word.Append(lower);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        return words;
    }
}
