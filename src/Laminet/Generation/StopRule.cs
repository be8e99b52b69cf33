namespace Laminet.Generation;

/// <summary>Where a sequence of new tokens ends.</summary>
internal sealed class StopRule(GenerationSettings settings)
{
    private readonly int[][] sequences = [.. settings.StopSequences.Select(sequence => sequence.ToArray())];

    /// <summary>The tokens before the first stop, and whether there is one.</summary>
    public (int[] Tokens, bool IsEnded) Cut(ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if (EndAt(tokens[..(i + 1)]) is { } length)
                return (tokens[..length].ToArray(), true);
        }

        return (tokens.ToArray(), false);
    }

    /// <summary>The length without the stop, if one ends with the last token; null if none does.</summary>
    public int? EndAt(ReadOnlySpan<int> tokens)
    {
        if (settings.StopTokens.Contains(tokens[^1]))
            return tokens.Length - 1;
        foreach (int[] sequence in sequences)
        {
            if (tokens.EndsWith(sequence))
                return tokens.Length - sequence.Length;
        }

        return null;
    }

    /// <summary>How many of the last tokens may be the beginning of a stop sequence.</summary>
    public int Open(ReadOnlySpan<int> tokens)
    {
        int most = 0;
        foreach (int[] sequence in sequences)
        {
            for (int length = Math.Min(sequence.Length - 1, tokens.Length); length > most; length--)
            {
                if (tokens.EndsWith(sequence.AsSpan(0, length)))
                    most = length;
            }
        }

        return most;
    }
}
