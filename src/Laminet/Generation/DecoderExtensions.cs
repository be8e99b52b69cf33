using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Laminet.Tensors;

namespace Laminet.Generation;

/// <summary>Writing with a decoder: greedy, at random, by beam search, all at once or token by token. Each runs as compiled programs, which are kept with the decoder.</summary>
public static class DecoderExtensions
{
    private static readonly ConditionalWeakTable<IDecoder, DecoderPrograms> Known = [];

    /// <summary>Writes after prompts, of which each may have another length.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="prompts">The tokens before, at least one each.</param>
    /// <param name="settings">How; greedy if null.</param>
    /// <param name="cache">The cache of sequences without tokens, with as many rows as there are prompts and room for prompt and new tokens; null for the decoder's own, <see cref="IDecoder.NewCache"/>.</param>
    /// <returns>The new tokens of each, without prompt and stop.</returns>
    /// <exception cref="ArgumentException">A prompt is empty, too long or has unknown tokens, or a setting is wrong.</exception>
    /// <exception cref="ArithmeticException">The logits are not finite.</exception>
    public static int[][] Generate(this IDecoder decoder, IReadOnlyList<int[]> prompts, GenerationSettings? settings = null, Bundle<Tensor>? cache = null)
    {
        (settings, Prompts checkedPrompts) = Checked(decoder, prompts, settings);
        if (settings.NumBeams > 1)
            return [.. Search(decoder, checkedPrompts, settings, cache).Select(all => all[0].Tokens.ToArray())];
        Bundle<Tensor> written = Known.GetOrCreateValue(decoder).Run(decoder, checkedPrompts, settings, cache);
        RequireNumbers(written[1]);
        StopRule stop = new(settings);
        return [.. written[0].ToArray<int>().Chunk(written[0].Shape[1]).Select(row => stop.Cut(row.AsSpan(checkedPrompts.Length)).Tokens)];
    }

    /// <summary>Writes after one prompt.</summary>
    /// <inheritdoc cref="Generate(IDecoder, IReadOnlyList{int[]}, GenerationSettings?, Bundle{Tensor}?)"/>
    public static int[] Generate(this IDecoder decoder, int[] prompt, GenerationSettings? settings = null, Bundle<Tensor>? cache = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Generate(decoder, [prompt], settings, cache)[0];
    }

    /// <summary>All hypotheses that a beam search keeps for each prompt, the best first.</summary>
    /// <inheritdoc cref="Generate(IDecoder, IReadOnlyList{int[]}, GenerationSettings?, Bundle{Tensor}?)"/>
    public static IReadOnlyList<Hypothesis>[] BeamSearch(this IDecoder decoder, IReadOnlyList<int[]> prompts, GenerationSettings settings, Bundle<Tensor>? cache = null)
    {
        (settings, Prompts checkedPrompts) = Checked(decoder, prompts, settings);
        return settings.NumBeams > 1
            ? Search(decoder, checkedPrompts, settings, cache)
            : throw new ArgumentException("BeamSearch: received NumBeams = 1; expected 2 or more. For one hypothesis call Generate.", nameof(settings));
    }

    /// <summary>
    /// Writes after a prompt token by token, each when it is asked for: the tokens that <c>Generate</c> gives, with the same seed. Tokens that may begin a stop sequence come when it is known that they do not.
    /// </summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="prompt">The tokens before, at least one.</param>
    /// <param name="settings">How; greedy if null. No beam search, which knows its first token at its end.</param>
    /// <param name="cache">As in <c>Generate</c>, with one row.</param>
    /// <param name="cancellationToken">Ends the writing before the next token.</param>
    /// <exception cref="ArgumentException">The prompt is empty, too long or has unknown tokens, or a setting is wrong.</exception>
    /// <exception cref="ArithmeticException">The logits are not finite.</exception>
    /// <exception cref="OperationCanceledException">The writing was cancelled.</exception>
    public static IAsyncEnumerable<int> Stream(
        this IDecoder decoder, int[] prompt, GenerationSettings? settings = null, Bundle<Tensor>? cache = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        // Wrong use is told at once, and not when the first token is asked for.
        (settings, Prompts checkedPrompts) = Checked(decoder, [prompt], settings);
        if (settings.NumBeams > 1)
            throw new ArgumentException($"Stream: received NumBeams = {settings.NumBeams}; a beam search knows its first token at its end. Call Generate, or set NumBeams to 1.", nameof(settings));
        return Tokens(decoder, checkedPrompts, settings, cache, cancellationToken);
    }

    private static async IAsyncEnumerable<int> Tokens(
        IDecoder decoder, Prompts prompts, GenerationSettings settings, Bundle<Tensor>? cache, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DecoderPrograms programs = Known.GetOrCreateValue(decoder);
        StopRule stop = new(settings);
        List<int> written = [];
        using TokenSession session = programs.Open(decoder, prompts, settings, cache);
        int given = 0;
        bool hasEnded = false;
        while (!hasEnded && written.Count < prompts.NewTokens)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int token, Tensor bad) = await Task.Run(session.Next, cancellationToken).ConfigureAwait(false);
            RequireNumbers(bad);
            written.Add(token);
            int sure = written.Count;
            if (stop.EndAt(CollectionsMarshal.AsSpan(written)) is { } length)
                (sure, hasEnded) = (length, true);
            else if (written.Count < prompts.NewTokens)
                sure -= stop.Open(CollectionsMarshal.AsSpan(written));
            for (; given < sure; given++)
                yield return written[given];
        }
    }

    private static (GenerationSettings Settings, Prompts Prompts) Checked(IDecoder decoder, IReadOnlyList<int[]> prompts, GenerationSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(prompts);
        settings ??= new GenerationSettings();
        settings.Check(decoder.VocabularySize);
        return (settings, Prompts.Of(decoder, prompts, settings));
    }

    private static IReadOnlyList<Hypothesis>[] Search(IDecoder decoder, Prompts prompts, GenerationSettings settings, Bundle<Tensor>? cache)
    {
        Bundle<Tensor> found = Known.GetOrCreateValue(decoder).Run(decoder, prompts, settings, cache);
        RequireNumbers(found[3]);
        (int[] tokens, float[] scores, int[] lengths, int length, int beams) = (found[0].ToArray<int>(), found[1].ToArray<float>(), found[2].ToArray<int>(), found[0].Shape[2], settings.NumBeams);
        StopRule stop = new(settings);
        return [.. Enumerable.Range(0, prompts.Count).Select(row => (IReadOnlyList<Hypothesis>)[.. Enumerable.Range(row * beams, beams).Where(place => scores[place] > float.NegativeInfinity)
            .Select(place => new Hypothesis(stop.Cut(tokens.AsSpan((place * length) + prompts.Length, lengths[place])).Tokens, scores[place]))])];
    }

    private static void RequireNumbers(Tensor bad)
    {
        if (bad.Item<bool>())
        {
            throw new ArithmeticException("The decoder gave logits that are NaN, or of which none is finite, so no token can be chosen. "
                + "Its weights may not be finite: look at the training's loss, or compute in Float32.");
        }
    }
}
