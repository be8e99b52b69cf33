using System.Runtime.CompilerServices;

namespace Laminet.Text.Tokenizers;

public sealed partial class Tokenizer
{
    // Enough for any character of several tokens, and for the spaces between words.
    private const int Context = 16;

    /// <summary>
    /// Puts tokens together to a text as they come, such as those of a decoder that writes. The parts together are what <see cref="Decode"/> gives for all tokens, but that a byte
    /// of no character may be left out; a character of several tokens comes when it is whole.
    /// </summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <param name="cancellationToken">Ends the stream before the next token.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number belongs to no token.</exception>
    /// <example><code>
    /// await foreach (string part in tokenizer.DecodeStream(decoder.Stream(prompt, settings)))
    ///     Console.Write(part);
    /// </code></example>
    public IAsyncEnumerable<string> DecodeStream(IAsyncEnumerable<int> ids, bool skipSpecialTokens = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Parts(ids, skipSpecialTokens, cancellationToken);
    }

    private async IAsyncEnumerable<string> Parts(IAsyncEnumerable<int> ids, bool skipSpecialTokens, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<int> last = [];
        string given = "";
        await foreach (int id in ids.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            last.Add(id);
            string text = Decode(last, skipSpecialTokens);
            // A character's first bytes alone are read as this one.
            if (text.EndsWith('\uFFFD'))
                continue;
            if (text.Length > given.Length || !text.StartsWith(given, StringComparison.Ordinal))
                yield return text.StartsWith(given, StringComparison.Ordinal) ? text[given.Length..] : Decode([id], skipSpecialTokens);
            if (last.Count > 4 * Context)
            {
                last.RemoveRange(0, last.Count - Context);
                text = Decode(last, skipSpecialTokens);
            }

            given = text;
        }

        if (Decode(last, skipSpecialTokens) is var whole && whole.Length > given.Length && whole.StartsWith(given, StringComparison.Ordinal))
            yield return whole[given.Length..];
    }
}
