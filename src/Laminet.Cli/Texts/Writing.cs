using System.Runtime.CompilerServices;
using Laminet.Generation;

namespace Laminet.Cli.Texts;

/// <summary>Writing that may be longer than the decoder's positions: when they are full, it goes on from the last half of what is written.</summary>
internal static class Writing
{
    /// <summary>The tokens after a prompt, as they come.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="prompt">The tokens before. Of more than the positions hold, the last are read.</param>
    /// <param name="settings">How; no beam search.</param>
    /// <param name="most">The most tokens to write.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public static async IAsyncEnumerable<int> Tokens(IDecoder decoder, int[] prompt, GenerationSettings settings, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<int> all = [.. prompt];
        int positions = decoder.MaxLength ?? int.MaxValue, written = 0;
        while (written < most)
        {
            int[] seen = all.Count < positions ? [.. all] : [.. all.TakeLast(Math.Max(1, positions / 2))];
            int expected = Math.Min(most - written, positions - seen.Length), received = 0;
            await foreach (int token in decoder.Stream(seen, settings with { MaxNewTokens = expected }, cancellationToken: cancellation).ConfigureAwait(false))
            {
                received++;
                all.Add(token);
                yield return token;
            }

            written += received;
            // A stop token.
            if (received < expected)
                yield break;
        }
    }
}
