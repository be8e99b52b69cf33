using System.Runtime.InteropServices;

namespace Laminet.Text.Metrics;

/// <summary>Runs of n neighbours in a sequence, and how often each occurs.</summary>
internal static class NGrams
{
    private const char Between = '\u0001';

    public static Dictionary<string, int> OfWords(IReadOnlyList<string> words, int order) => Count(Enumerable.Range(0, Math.Max(0, words.Count - order + 1)).Select(start => string.Join(Between, words.Skip(start).Take(order))));

    public static Dictionary<string, int> OfCharacters(string text, int[] starts, int order) =>
        Count(Enumerable.Range(0, Math.Max(0, starts.Length - order)).Select(start => text[starts[start]..starts[start + order]]));

    /// <summary>How many of the one are in the other, each as often as it is in both.</summary>
    public static int Common(Dictionary<string, int> one, Dictionary<string, int> other) => one.Sum(pair => Math.Min(pair.Value, other.GetValueOrDefault(pair.Key)));

    private static Dictionary<string, int> Count(IEnumerable<string> grams)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        foreach (string gram in grams)
            CollectionsMarshal.GetValueRefOrAddDefault(counts, gram, out bool _)++;
        return counts;
    }
}
