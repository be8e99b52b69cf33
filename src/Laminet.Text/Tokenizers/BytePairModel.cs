using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>Byte-pair encoding (Sennrich et al. 2016): of the neighbouring tokens that the table lists, the pair listed first is merged, the leftmost of several, until none is left.</summary>
internal sealed class BytePairModel : TokenModel
{
    private const int CachedWords = 20_000, LongestCached = 64;

    private readonly Dictionary<long, (int Rank, int Id)> merges;
    private readonly string? unknown, prefix, suffix;
    private readonly bool fusesUnknown, ignoresMerges;
    private readonly int[]? bytes;
    private readonly ConcurrentDictionary<string, ModelToken[]> cache = new(StringComparer.Ordinal);
    private int cachedWords;

    private BytePairModel(Part part, Dictionary<string, int> vocabulary, Dictionary<long, (int, int)> merges)
        : base(vocabulary)
    {
        this.merges = merges;
        (unknown, prefix, suffix) = (part.OptionalText("unk_token"), part.OptionalText("continuing_subword_prefix"), part.OptionalText("end_of_word_suffix"));
        (fusesUnknown, ignoresMerges) = (part.Flag("fuse_unk", false), part.Flag("ignore_merges", false));
        bytes = part.Flag("byte_fallback", false) ? ByteTokens.Of(vocabulary) : null;
    }

    public static new BytePairModel Read(Part part)
    {
        if (part.Json["dropout"] is JsonValue value && (!value.TryGetValue(out double dropout) || dropout != 0))
            throw part.Wrong("dropout", "this reader encodes without dropout; set it to null.");
        Dictionary<string, int> vocabulary = ReadVocabulary(part);
        int cut = part.OptionalText("continuing_subword_prefix")?.Length ?? 0;
        Dictionary<long, (int, int)> merges = [];
        foreach ((int rank, JsonNode? entry) in part.List("merges").Index())
        {
            (string left, string right) = ReadMerge(entry, rank, part);
            if (!vocabulary.TryGetValue(left, out int first) || !vocabulary.TryGetValue(right, out int second) || !vocabulary.TryGetValue(left + right[Math.Min(cut, right.Length)..], out int merged))
                throw new FormatException($"The tokenizer's {part.Name}.merges[{rank}] is '{Excerpts.Of(left)}', '{Excerpts.Of(right)}'; expected two tokens of the vocabulary whose union is a token, too.");
            merges[Key(first, second)] = (rank, merged);
        }

        return new BytePairModel(part, vocabulary, merges);
    }

    public override void Tokenize(string piece, List<ModelToken> tokens)
    {
        if (ignoresMerges && Vocabulary.TryGetValue(piece, out int id))
        {
            tokens.Add(new ModelToken(id, 0, piece.Length));
            return;
        }

        if (!cache.TryGetValue(piece, out ModelToken[]? found))
        {
            found = Merge(Symbols(piece));
            // Counted here: the dictionary's own count takes all of its locks.
            if (piece.Length <= LongestCached && cachedWords < CachedWords && cache.TryAdd(piece, found))
                Interlocked.Increment(ref cachedWords);
        }

        tokens.AddRange(found);
    }

    private static (string Left, string Right) ReadMerge(JsonNode? entry, int rank, Part part)
    {
        if (entry is JsonArray { Count: 2 } pair && pair[0] is JsonValue first && first.TryGetValue(out string? left) && pair[1] is JsonValue second && second.TryGetValue(out string? right))
            return (left, right);
        return entry is JsonValue value && value.TryGetValue(out string? line) && line.IndexOf(' ', StringComparison.Ordinal) is > 0 and int space
            ? (line[..space], line[(space + 1)..])
            : throw new FormatException($"The tokenizer's {part.Name}.merges[{rank}] is {Part.Excerpt(entry)}; expected two tokens.");
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    private List<ModelToken> Symbols(string piece)
    {
        List<ModelToken> symbols = new(piece.Length);
        bool lastIsUnknown = false;
        for (int start = 0; start < piece.Length;)
        {
            int length = char.IsHighSurrogate(piece[start]) && start + 1 < piece.Length ? 2 : 1;
            string character = piece.Substring(start, length);
            if (prefix is not null && start > 0)
                character = prefix + character;
            if (suffix is not null && start + length == piece.Length)
                character += suffix;
            if (Vocabulary.TryGetValue(character, out int id))
            {
                symbols.Add(new ModelToken(id, start, length));
                lastIsUnknown = false;
            }
            else if (bytes is not null)
            {
                foreach (byte value in Encoding.UTF8.GetBytes(character))
                    symbols.Add(new ModelToken(bytes[value], start, length));
                lastIsUnknown = false;
            }
            else if (unknown is not null)
            {
                if (lastIsUnknown && fusesUnknown)
                    symbols[^1] = symbols[^1] with { Length = symbols[^1].Length + length };
                else
                    symbols.Add(new ModelToken(UnknownId(character), start, length));
                lastIsUnknown = true;
            }

            start += length;
        }

        return symbols;
    }

    private int UnknownId(string character) => Vocabulary.TryGetValue(unknown!, out int id)
        ? id
        : throw new FormatException($"The character '{character}' is not in the vocabulary, and neither is the token '{unknown}' for unknown characters.");

    // The symbols are a linked list: Next is the place of the next one, and a symbol that went into its neighbour has the number -1.
    private ModelToken[] Merge(List<ModelToken> symbols)
    {
        int count = symbols.Count;
        int[] next = new int[count], previous = new int[count], ids = new int[count], ends = new int[count];
        PriorityQueue<(int Place, int Id), (int Rank, int Place)> queue = new();
        for (int i = 0; i < count; i++)
            (next[i], previous[i], ids[i], ends[i]) = (i + 1, i - 1, symbols[i].Id, symbols[i].Start + symbols[i].Length);
        for (int i = 0; i + 1 < count; i++)
            Offer(i);
        while (queue.TryDequeue(out (int Place, int Id) top, out _))
        {
            int place = top.Place, right = next[place];
            // A pair that was queued and has changed since is passed over.
            if (ids[place] < 0 || right >= count || !merges.TryGetValue(Key(ids[place], ids[right]), out (int Rank, int Id) merge) || merge.Id != top.Id)
                continue;
            (ids[place], ends[place], next[place], ids[right]) = (merge.Id, Math.Max(ends[place], ends[right]), next[right], -1);
            if (next[place] < count)
                previous[next[place]] = place;
            if (previous[place] >= 0)
                Offer(previous[place]);
            Offer(place);
        }

        List<ModelToken> merged = new(count);
        for (int i = 0; i < count; i = next[i])
            merged.Add(new ModelToken(ids[i], symbols[i].Start, ends[i] - symbols[i].Start));
        return [.. merged];

        void Offer(int place)
        {
            if (next[place] < count && merges.TryGetValue(Key(ids[place], ids[next[place]]), out (int Rank, int Id) merge))
                queue.Enqueue((place, merge.Id), (merge.Rank, place));
        }
    }
}
