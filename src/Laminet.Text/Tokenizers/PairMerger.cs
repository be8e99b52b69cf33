using System.Runtime.InteropServices;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// The training of byte-pair encoding (Sennrich et al. 2016): the most frequent pair of neighbours becomes a token, again and again. Of pairs of one frequency, the one
/// with the smaller numbers is first. Counts are kept up to date for the words that a merge changes; a heap gives the next pair, whose count there may be too high
/// and is then corrected.
/// </summary>
internal sealed class PairMerger
{
    private readonly List<string> tokens;
    private readonly Dictionary<string, int> ids;
    private readonly List<(string Left, string Right)> merges = [];
    private readonly List<(int[] Symbols, long Count)> words = [];
    private readonly Dictionary<(int Left, int Right), Pair> pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegatedCount, int Left, int Right)> queue = new();

    public PairMerger(IReadOnlyList<string> alphabet, IEnumerable<(IEnumerable<string> Symbols, long Count)> words)
    {
        tokens = [.. alphabet];
        ids = tokens.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        foreach ((IEnumerable<string> symbols, long count) in words)
        {
            int[] numbers = [.. symbols.Select(symbol => ids[symbol])];
            if (numbers.Length < 2)
                continue;
            AddPairs(numbers, count, this.words.Count, token: -1);
            this.words.Add((numbers, count));
        }

        foreach (((int Left, int Right) pair, Pair found) in pairs)
            Enqueue(pair, found.Count);
    }

    public IReadOnlyList<string> Tokens => tokens;

    public IReadOnlyList<(string Left, string Right)> Merges => merges;

    /// <summary>Merges until there are as many tokens as wanted, or no pair is frequent enough.</summary>
    /// <param name="size">How many tokens.</param>
    /// <param name="minFrequency">How often a pair must occur.</param>
    /// <param name="prefix">What the second token of a pair begins with and the merged one leaves out.</param>
    public void Merge(int size, long minFrequency, string prefix)
    {
        while (tokens.Count < size && queue.TryDequeue(out (int Left, int Right) best, out (long NegatedCount, int, int) priority))
        {
            Pair pair = pairs[best];
            if (pair.Count < minFrequency)
                continue;
            if (pair.Count != -priority.NegatedCount)
            {
                Enqueue(best, pair.Count);
                continue;
            }

            string left = tokens[best.Left], right = tokens[best.Right], whole = left + right[(right.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0)..];
            if (!ids.TryGetValue(whole, out int merged))
            {
                merged = tokens.Count;
                ids.Add(whole, merged);
                tokens.Add(whole);
            }

            merges.Add((left, right));
            Replace(best, pair.Words, merged);
        }
    }

    private void Replace((int Left, int Right) pair, List<int> places, int merged)
    {
        HashSet<(int, int)> grown = [];
        foreach (int place in places)
        {
            (int[] symbols, long count) = words[place];
            int[]? replaced = Replaced(symbols, pair, merged);
            if (replaced is null)
                continue;
            for (int i = 0; i + 1 < symbols.Length; i++)
                pairs[(symbols[i], symbols[i + 1])].Count -= count;
            AddPairs(replaced, count, place, merged);
            for (int i = 0; i + 1 < replaced.Length; i++)
            {
                if (replaced[i] == merged || replaced[i + 1] == merged)
                    grown.Add((replaced[i], replaced[i + 1]));
            }

            words[place] = (replaced, count);
        }

        foreach ((int, int) one in grown)
            Enqueue(one, pairs[one].Count);
    }

    // A word is listed with the pairs that the new token brings; with the others it is listed already.
    private void AddPairs(int[] symbols, long count, int place, int token)
    {
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, (symbols[i], symbols[i + 1]), out bool _);
            pair ??= new Pair();
            pair.Count += count;
            if ((token < 0 || symbols[i] == token || symbols[i + 1] == token) && (pair.Words.Count == 0 || pair.Words[^1] != place))
                pair.Words.Add(place);
        }
    }

    private static int[]? Replaced(int[] symbols, (int Left, int Right) pair, int merged)
    {
        int kept = 0;
        int[]? replaced = null;
        for (int i = 0; i < symbols.Length; i++)
        {
            bool isPair = i + 1 < symbols.Length && symbols[i] == pair.Left && symbols[i + 1] == pair.Right;
            if (isPair)
                replaced ??= [.. symbols];
            if (replaced is not null)
                replaced[kept] = isPair ? merged : symbols[i];
            kept++;
            i += isPair ? 1 : 0;
        }

        return replaced?[..kept];
    }

    private void Enqueue((int Left, int Right) pair, long count) => queue.Enqueue(pair, (-count, pair.Left, pair.Right));

    private sealed class Pair
    {
        public long Count { get; set; }

        public List<int> Words { get; } = [];
    }
}
