using Laminet.Tensors;

namespace Laminet.Generation;

/// <summary>Prompts that were checked, as tensors: padded on the left, so that all end at one position.</summary>
internal sealed class Prompts
{
    private Prompts(int[][] rows, int newTokens)
    {
        (Count, Length, NewTokens) = (rows.Length, rows.Max(row => row.Length), newTokens);
        Tokens = Tensor.From([.. rows.SelectMany(row => Enumerable.Repeat(0, Length - row.Length).Concat(row))], [Count, Length]);
        if (rows.Any(row => row.Length < Length))
            Padding = Tensor.From([.. rows.Select(row => Length - row.Length)]);
        Streams = Tensor.From(StreamsOf(rows));
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The length of the longest.</summary>
    public int Length { get; }

    /// <summary>The most tokens to write after each.</summary>
    public int NewTokens { get; }

    /// <summary>(count, length), Int32.</summary>
    public Tensor Tokens { get; }

    /// <summary>(count), Int32; null if all have one length.</summary>
    public Tensor? Padding { get; }

    /// <summary>(count), Int64: the numbers of the rows' random streams.</summary>
    public Tensor Streams { get; }

    /// <exception cref="ArgumentException">There is no prompt, one is empty, too long, or has a token that the decoder does not know.</exception>
    public static Prompts Of(IDecoder decoder, IReadOnlyList<int[]> prompts, GenerationSettings settings)
    {
        if (prompts.Count == 0)
            throw new ArgumentException("Received no prompts; expected at least one.", nameof(prompts));
        foreach ((int i, int[] prompt) in prompts.Index())
        {
            if (prompt is null or [])
                throw new ArgumentException($"Prompt {i} is {(prompt is null ? "null" : "empty")}; expected at least one token, such as the one that starts a text.", nameof(prompts));
            foreach ((int place, int token) in prompt.Index())
            {
                if (token < 0 || token >= decoder.VocabularySize)
                    throw new ArgumentException($"Prompt {i} has the token {token} at place {place}; the decoder knows 0 to {decoder.VocabularySize - 1}. Use the tokenizer that it was trained with.", nameof(prompts));
            }

            if (decoder.MaxLength is { } most && prompt.Length + (settings.MaxNewTokens ?? 1) > most)
            {
                throw new ArgumentException($"Prompt {i} has {prompt.Length} tokens, and {settings.MaxNewTokens ?? 1} more are to be written; the decoder has {most} positions. "
                    + "Cut the prompt on the left, or set a smaller MaxNewTokens.", nameof(prompts));
            }
        }

        int longest = prompts.Max(prompt => prompt.Length);
        return new([.. prompts], settings.MaxNewTokens ?? (decoder.MaxLength is { } limit ? limit - longest : 100));
    }

    // From the prompt itself, so that it does not matter which others are in the batch; equal ones are counted.
    private static long[] StreamsOf(int[][] rows)
    {
        Dictionary<ulong, ulong> counts = [];
        return [.. rows.Select(row =>
        {
            RandomKey key = row.Aggregate(new RandomKey(0), (key, token) => key.Fold((ulong)token));
            ulong before = counts.GetValueOrDefault(key.Seed);
            counts[key.Seed] = before + 1;
            return (long)key.Fold(before).Seed;
        })];
    }
}
