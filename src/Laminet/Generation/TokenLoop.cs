using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Generation;

/// <summary>Writes a token after the other: the likeliest one, or one drawn at random. Given are tokens, padding if there is any, streams and key.</summary>
/// <param name="decoder">The network.</param>
/// <param name="settings">The settings.</param>
/// <param name="newTokens">The most tokens to write.</param>
internal sealed class TokenLoop(IDecoder decoder, GenerationSettings settings, int newTokens)
{
    /// <summary>The tokens, (batch, prompt + new), and whether logits were no numbers.</summary>
    /// <param name="given">What is the same in all turns.</param>
    /// <param name="cache">The cache of sequences without tokens.</param>
    public Bundle<Tensor> Run(Bundle<Tensor> given, Bundle<Tensor> cache)
    {
        Bundle<Tensor> end = Flow.While(IsOpen, state => Step(state, given), Begin(given, cache));
        return (end["tokens"], end["bad"]);
    }

    /// <summary>The state before the first new token: all of the prompt but its last token is in the cache.</summary>
    public Bundle<Tensor> Begin(Bundle<Tensor> given, Bundle<Tensor> cache)
    {
        Tensor tokens = given["tokens"];
        int last = tokens.Shape[1] - 1;
        if (last > 0)
            cache = decoder.Next(tokens.Slice(0, last, axis: 1), Tensor.Scalar(0), cache, given.Find("padding")).Cache;
        Dictionary<string, Tensor> own = new()
        {
            ["at"] = Tensor.Scalar(last),
            ["tokens"] = tokens.Pad([(0, 0), (0, newTokens)]),
            ["done"] = Tensor.Full([tokens.Shape[0]], 0, DType.Bool),
            ["bad"] = Tensor.Scalar(false),
        };
        if (settings.RepetitionPenalty != 1)
            own["seen"] = TokenChoice.Seen(tokens, given.Find("padding"), decoder.VocabularySize);
        return LoopState.Of(own, cache);
    }

    /// <summary>The state with one more token.</summary>
    public Bundle<Tensor> Step(Bundle<Tensor> state, Bundle<Tensor> given)
    {
        int first = given["tokens"].Shape[1];
        (Tensor at, Tensor tokens, Tensor done) = (state["at"], state["tokens"], state["done"]);
        (Tensor logits, Bundle<Tensor> cache) = decoder.Next(tokens.SliceAt(at, 1, axis: 1), at, LoopState.CacheOf(state), given.Find("padding"));
        Tensor after = at + 1, bad = LoopState.AreBad(logits, done);
        if (state.Find("seen") is { } seen)
            logits = TokenChoice.Penalized(logits, seen, settings.RepetitionPenalty);
        Tensor next = settings.IsRandom ? TokenChoice.Drawn(TokenChoice.Filtered(logits, settings), Keys(given, after - first)) : logits.ArgMax();
        // With logits that are no numbers the choice may be no token.
        next = Tensor.Where(done.Or(bad), Tensor.Scalar(0), next);
        tokens = tokens.UpdateAt(next.ExpandDims(1), after, axis: 1);
        Dictionary<string, Tensor> own = new()
        {
            ["at"] = after,
            ["tokens"] = tokens,
            ["done"] = done.Or(next.IsAmong(settings.StopTokens)).Or(EndsWithStop(tokens, after, first)),
            ["bad"] = bad,
        };
        if (state.Find("seen") is { } before)
            own["seen"] = TokenChoice.Mark(before, next.ExpandDims(1));
        return LoopState.Of(own, cache);
    }

    private static Tensor IsOpen(Bundle<Tensor> state) =>
        state["at"].Less(state["tokens"].Shape[1] - 1).And(state["done"].All().Not()).And(state["bad"].Not());

    private static Tensor Keys(Bundle<Tensor> given, Tensor number) =>
        new FoldKeyBy().Apply(RandomKey.From(given["key"]).Fold(number.Cast(DType.Int64)).AsTensor(), given["streams"]);

    // Of new tokens alone.
    private Tensor EndsWithStop(Tensor tokens, Tensor after, int first)
    {
        Tensor ends = Tensor.Full([tokens.Shape[0]], 0, DType.Bool);
        foreach (IReadOnlyList<int> sequence in settings.StopSequences.Where(sequence => sequence.Count <= newTokens))
        {
            Tensor start = after - (sequence.Count - 1), window = tokens.SliceAt(start.Maximum(Tensor.Scalar(first)), sequence.Count, axis: 1);
            ends = ends.Or(window.Equal(Tensor.From([.. sequence])).All(-1).And(start.GreaterEqual(first)));
        }

        return ends;
    }
}
