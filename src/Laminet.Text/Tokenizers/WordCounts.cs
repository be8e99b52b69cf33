using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>Counts the words of many texts: each thread takes texts as they come and counts for itself, then the counts are added.</summary>
internal static class WordCounts
{
    private const int TextsAtATime = 256;

    /// <summary>The words of a text, as these parts of a tokenizer cut it.</summary>
    public static Func<string, IEnumerable<string>> Of(JsonObject normalizer, JsonObject preTokenizer)
    {
        Func<AlignedText, AlignedText> normalize = Normalizers.Read(new Part(normalizer, "normalizer"));
        Func<AlignedText, IEnumerable<AlignedText>> cut = PreTokenizers.Read(new Part(preTokenizer, "pre_tokenizer"));
        return text => cut(normalize(new AlignedText(Characters.WithoutLoneSurrogates(text)))).Select(piece => piece.Text);
    }

    /// <summary>The words and how often each occurs, in the order of their characters: the same for any number of threads.</summary>
    public static IReadOnlyList<(string Word, long Count)> Count(IEnumerable<string> texts, Func<string, IEnumerable<string>> words, int threads)
    {
        ConcurrentBag<Dictionary<string, long>> shards = [];
        try
        {
            Parallel.ForEach(
                texts.Chunk(TextsAtATime),
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                () => new Dictionary<string, long>(StringComparer.Ordinal),
                (chunk, _, counts) =>
                {
                    foreach (string word in chunk.SelectMany(words))
                        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, word, out bool _)++;
                    return counts;
                },
                shards.Add);
        }
        catch (AggregateException exception)
        {
            // The caller's texts failed, as a file that is not UTF-8; that several threads read them is our matter.
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }

        Dictionary<string, long> all = new(StringComparer.Ordinal);
        foreach ((string word, long count) in shards.SelectMany(shard => shard))
            all[word] = all.GetValueOrDefault(word) + count;
        return [.. all.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))];
    }
}
