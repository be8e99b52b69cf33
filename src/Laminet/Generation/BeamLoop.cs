using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Generation;

/// <summary>
/// Beam search: of all tokens after all hypotheses of a prompt those of the largest ln p go on; those that end are kept apart, the best by ln p / length^penalty. As Hugging Face's transformers search.
/// (Graves, "Sequence transduction with recurrent neural networks", 2012; Wu et al., "Google's neural machine translation system", 2016, for the length.)
/// </summary>
/// <param name="decoder">The network.</param>
/// <param name="settings">The settings.</param>
/// <param name="newTokens">The most tokens to write.</param>
internal sealed class BeamLoop(IDecoder decoder, GenerationSettings settings, int newTokens)
{
    // What the other hypotheses have in the first turn, when all are the same.
    private const double Hopeless = -1e9;

    private int Beams => settings.NumBeams;

    /// <summary>The hypotheses, the best first: their tokens (batch, beams, prompt + new), scores and lengths with the stop token, (batch, beams); and whether logits were no numbers.</summary>
    /// <param name="given">Tokens, and padding if there is any.</param>
    /// <param name="cache">The cache of sequences without tokens.</param>
    public Bundle<Tensor> Run(Bundle<Tensor> given, Bundle<Tensor> cache)
    {
        (int batch, int first) = (given["tokens"].Shape[0], given["tokens"].Shape[1]);
        Tensor? padding = given.Find("padding");
        Tensor rows = Tensor.Range(0, batch * Beams, DType.Int32).FloorDivide(Beams);
        if (first > 1)
            cache = decoder.Next(given["tokens"].Slice(0, first - 1, axis: 1), Tensor.Scalar(0), cache, padding).Cache;
        Tensor tokens = given["tokens"].Pad([(0, 0), (0, newTokens)]).Gather(rows);
        Dictionary<string, Tensor> own = new()
        {
            ["at"] = Tensor.Scalar(first - 1),
            ["tokens"] = tokens,
            ["scores"] = Tensor.Where(Tensor.Range(0, Beams, DType.Int32).Equal(0), Tensor.Scalar(0f), Tensor.Scalar(Hopeless, DType.Float32)).BroadcastTo([batch, Beams]),
            ["ended"] = tokens.Reshape([batch, Beams, -1]),
            ["ended scores"] = Tensor.Full([batch, Beams], double.NegativeInfinity, DType.Float32),
            ["ended lengths"] = Tensor.Zeros([batch, Beams], DType.Int32),
            ["done"] = Tensor.Full([batch], 0, DType.Bool),
            ["bad"] = Tensor.Scalar(false),
        };
        if (settings.RepetitionPenalty != 1)
            own["seen"] = TokenChoice.Seen(given["tokens"], padding, decoder.VocabularySize).Gather(rows);
        padding = padding?.Gather(rows);
        Bundle<Tensor> end = Flow.While(IsOpen, state => Step(state, first, padding), LoopState.Of(own, cache.Map(part => part.Gather(rows))));
        return WithOpen(end, first);
    }

    private static Tensor IsOpen(Bundle<Tensor> state) =>
        state["at"].Less(state["tokens"].Shape[1] - 1).And(state["done"].All().Not()).And(state["bad"].Not());

    private Bundle<Tensor> Step(Bundle<Tensor> state, int first, Tensor? padding)
    {
        (Tensor at, Tensor tokens, Tensor done) = (state["at"], state["tokens"], state["done"]);
        (int batch, int vocabulary) = (done.Shape[0], decoder.VocabularySize);
        (Tensor logits, Bundle<Tensor> cache) = decoder.Next(tokens.SliceAt(at, 1, axis: 1), at, LoopState.CacheOf(state), padding);
        Tensor after = at + 1, bad = LoopState.AreBad(logits, null), logs = logits.Cast(DType.Float32).LogSoftmax();
        Tensor? seen = state.Find("seen");
        if (seen is not null)
            logs = TokenChoice.Penalized(logs, seen, settings.RepetitionPenalty);

        // Enough that as many as there are beams go on, whichever of them end.
        int count = Math.Min(Beams * vocabulary, Beams * Math.Max(2, 1 + settings.StopTokens.Count));
        (Tensor values, Tensor places) = (logs.Reshape([batch, Beams, vocabulary]) + state["scores"].ExpandDims(-1)).Reshape([batch, Beams * vocabulary]).TopK(count);
        Tensor parents = RowsOf(places.FloorDivide(vocabulary), Beams), next = places.Mod(vocabulary), ends = next.IsAmong(settings.StopTokens);
        Tensor length = after - (first - 1), divisor = length.Cast(DType.Float32).Pow(settings.LengthPenalty);

        Tensor mayEnd = ends.And(Tensor.Range(0, count, DType.Int32).Less(Beams)).And(done.ExpandDims(-1).Not());
        Tensor written = tokens.Gather(parents).UpdateAt(next.ExpandDims(-1), after, axis: 2);
        (Tensor ended, Tensor endedScores, Tensor endedLengths) = Best(
            state, written, Tensor.Where(mayEnd, values / divisor, Tensor.Scalar(double.NegativeInfinity, values.DType)), length.BroadcastTo([batch, count]));

        (Tensor scores, Tensor open) = Tensor.Where(ends, Tensor.Scalar(double.NegativeInfinity, values.DType), values).TopK(Beams);
        Tensor rows = parents.TakeAlong(open).Reshape([-1]), chosen = next.TakeAlong(open).Reshape([-1, 1]);
        Tensor worst = endedScores.Min(-1), isFull = worst.Greater(double.NegativeInfinity);
        Dictionary<string, Tensor> own = new()
        {
            ["at"] = after,
            ["tokens"] = tokens.Gather(rows).UpdateAt(chosen, after, axis: 1),
            ["scores"] = scores,
            ["ended"] = ended,
            ["ended scores"] = endedScores,
            ["ended lengths"] = endedLengths,
            ["done"] = done.Or(settings.EarlyStopping ? isFull : isFull.And(worst.GreaterEqual(values.Slice(0, 1, axis: 1).Squeeze(1) / divisor))),
            ["bad"] = bad,
        };
        if (seen is not null)
            own["seen"] = TokenChoice.Mark(seen.Gather(rows), chosen);
        return LoopState.Of(own, cache.Map(part => part.Gather(rows)));
    }

    // What did not end by the last position is a hypothesis too, unless the prompt's search was over.
    private Bundle<Tensor> WithOpen(Bundle<Tensor> end, int first)
    {
        Tensor length = end["at"] - (first - 1), scores = end["scores"] / length.Cast(DType.Float32).Pow(settings.LengthPenalty);
        scores = Tensor.Where(end["done"].ExpandDims(-1), Tensor.Scalar(double.NegativeInfinity, scores.DType), scores);
        (Tensor tokens, Tensor best, Tensor lengths) = Best(end, end["tokens"].Reshape(end["ended"].Shape), scores, length.BroadcastTo(scores.Shape));
        return (tokens, best, lengths, end["bad"]);
    }

    // Of those that have ended and further ones the best.
    private (Tensor Tokens, Tensor Scores, Tensor Lengths) Best(Bundle<Tensor> state, Tensor tokens, Tensor scores, Tensor lengths)
    {
        Tensor all = Tensor.Concatenate([state["ended"], tokens], axis: 1);
        (Tensor best, Tensor places) = Tensor.Concatenate([state["ended scores"], scores], axis: 1).TopK(Beams);
        return (all.Reshape([-1, all.Shape[2]]).Gather(RowsOf(places, all.Shape[1])), best, Tensor.Concatenate([state["ended lengths"], lengths], axis: 1).TakeAlong(places));
    }

    // Places within a prompt's rows as places among all rows.
    private static Tensor RowsOf(Tensor places, int each) => places + (Tensor.Range(0, places.Shape[0], DType.Int32) * each).ExpandDims(-1);
}
