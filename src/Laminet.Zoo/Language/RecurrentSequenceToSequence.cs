using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>
/// What the recurrent networks with attention share: an encoder in both directions, h_j = [forwards; backwards], a decoder whose first states are tanh(W) of the backwards part of h_1, and logits of the next token from what the
/// decoder and its attention give. Sequences are padded at the end. If it copies (See, Liu and Manning, "Get to the point: summarization with pointer-generator networks", ACL 2017) the outputs are ln p of the mixture
/// p(w) = g softmax(logits)_w + (1 - g) times the sum of a_tj over the steps j of the source with the token w, where a gate g = sigmoid(wᵀ o_t + b) sees the same as the logits, o_t. They stand for logits, as softmax(ln p) = p.
/// </summary>
public abstract class RecurrentSequenceToSequence : SequenceToSequence
{
    private readonly Embedding read;
    private readonly ReversibleEmbedding write;
    private readonly Bidirectional encoder;
    private readonly Dense[] first;
    private readonly Dense readout;
    private readonly Dense? gate;
    private readonly Dropout drop;

    /// <param name="vocabularySize">How many tokens there are to write.</param>
    /// <param name="units">How many units each direction of the encoder has, and the decoder.</param>
    /// <param name="embeddingDim">How many numbers a token has; as many as there are units by default.</param>
    /// <param name="unit">Which recurrence.</param>
    /// <param name="dropout">In training, the share of the embeddings and of what the logits are computed from set to zero.</param>
    /// <param name="tieEmbeddings">Whether the logits use the table of the tokens written.</param>
    /// <param name="sourceVocabularySize">How many tokens there are to read; as many as to write by default.</param>
    /// <param name="copies">
    /// Whether tokens of the source can be copied; that needs one vocabulary for both sides. To have words copied that are not in the vocabulary, end it with tokens that stand for the first, second and further such
    /// words of a source.
    /// </param>
    private protected RecurrentSequenceToSequence(int vocabularySize, int units, int? embeddingDim, RecurrentUnit unit, double dropout, bool tieEmbeddings, int? sourceVocabularySize, bool copies)
        : base(vocabularySize, sourceVocabularySize)
    {
        (Units, EmbeddingDim) = (Setting.Require(units, units >= 1, "1 or more"), Setting.Require(embeddingDim ?? units, embeddingDim is null or >= 1, "1 or more"));
        (Unit, Dropout, TieEmbeddings) = (unit, Setting.Require(dropout, dropout is >= 0 and < 1, "at least 0 and below 1"), tieEmbeddings);
        Copies = Setting.Require(copies, !copies || SourceVocabularySize == VocabularySize, $"false where the {SourceVocabularySize} tokens to read are not the {VocabularySize} to write");
        RandomNormal near = new(stddev: 1 / Math.Sqrt(EmbeddingDim));
        read = Track(new Embedding(SourceVocabularySize, EmbeddingDim, near, maskZero: true) { Name = "source_embedding" });
        write = Track(new ReversibleEmbedding(VocabularySize, EmbeddingDim, TieEmbeddings, near, maskZero: true) { Name = "target_embedding" });
        encoder = Track(new Bidirectional(Unit == RecurrentUnit.Gru ? new GRU(Units, returnSequences: true) : new LSTM(Units, returnSequences: true)) { Name = "encoder" });
        first = [.. Enumerable.Range(0, Unit == RecurrentUnit.Gru ? 1 : 2).Select(i => Track(new Dense(Units, "tanh") { Name = $"first_state_{i}" }))];
        readout = Track(new Dense(EmbeddingDim, "tanh") { Name = "readout" });
        gate = Copies ? Track(new Dense(1) { Name = "gate" }) : null;
        drop = Track(new Dropout(Dropout));
    }

    /// <summary>How many units each direction of the encoder has, and the decoder.</summary>
    public int Units { get; }

    /// <summary>How many numbers a token has.</summary>
    public int EmbeddingDim { get; }

    /// <summary>Which recurrence.</summary>
    public RecurrentUnit Unit { get; }

    /// <summary>The share set to zero in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether the logits use the table of the tokens written.</summary>
    public bool TieEmbeddings { get; }

    /// <summary>Whether tokens of the source can be copied.</summary>
    public bool Copies { get; }

    /// <summary>What is computed of each step of the memory once: (batch, steps, units).</summary>
    private protected abstract Tensor Keys(Tensor memory, CallContext context);

    /// <summary>Decodes steps: what the logits are computed from (batch, time, any), how much each looked at each step of the source (batch, time, steps), and the states after the last.</summary>
    /// <param name="x">The vectors of the tokens before, (batch, time, embeddingDim); its mask tells which count.</param>
    /// <param name="states">The states before.</param>
    /// <param name="memory">What the encoder gives, (batch, steps, 2 units), with its mask.</param>
    /// <param name="keys">From <see cref="Keys"/>.</param>
    /// <param name="context">The pass.</param>
    private protected abstract (Tensor Output, Tensor Scores, Bundle<Tensor> States) Decode(Tensor x, Bundle<Tensor> states, Tensor memory, Tensor keys, CallContext context);

    /// <inheritdoc/>
    public override Bundle<Tensor> NewCache(Tensor sources, int length)
    {
        ArgumentNullException.ThrowIfNull(sources);
        CallContext pass = new();
        (Tensor memory, Bundle<Tensor> states) = Encode(sources, pass);
        return [memory, sources, Keys(memory, pass), .. states];
    }

    /// <inheritdoc/>
    public override (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(cache);
        CallContext pass = new();
        pass.SetMask(cache[0], cache[1].NotEqual(0));
        int steps = tokens.Shape[1];
        Tensor x = write.Call(tokens, pass);
        pass.SetMask(x, padding is null ? null : (Tensor.Range(0, steps, DType.Int32) + position).GreaterEqual(padding.ExpandDims(-1)));
        (Tensor output, Tensor scores, Bundle<Tensor> states) = Decode(x, [.. cache.Skip(3)], cache[0], cache[2], pass);
        return (Logits(output.Slice(steps - 1, steps, axis: 1), scores.Slice(steps - 1, steps, axis: 1), cache[1], pass).Squeeze(1), [.. cache.Take(3), .. states]);
    }

    /// <inheritdoc/>
    public override Tensor AttentionScores(Tensor source, Tensor target) => Decoded(source, target, new CallContext()).Scores;

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        (Tensor source, Tensor target) = Pair(inputs);
        (Tensor output, Tensor scores) = Decoded(source, target, context);
        return Logits(output, scores, source, context);
    }

    private (Tensor Output, Tensor Scores) Decoded(Tensor source, Tensor target, CallContext context)
    {
        (Tensor memory, Bundle<Tensor> states) = Encode(source, context);
        Tensor x = drop.Call(write.Call(target, context), context);
        // Padding is at the end, and the tokens before do not see it.
        context.SetMask(x, null);
        (Tensor output, Tensor scores, _) = Decode(x, states, memory, Keys(memory, context), context);
        return (output, scores);
    }

    private (Tensor Memory, Bundle<Tensor> States) Encode(Tensor source, CallContext context)
    {
        Tensor memory = encoder.Call(drop.Call(read.Call(source, context), context), context), backwards = memory.Slice(Units, 2 * Units, axis: 2).Slice(0, 1, axis: 1).Squeeze(1);
        return (memory, [.. first.Select(layer => layer.Call(backwards, context))]);
    }

    private Tensor Logits(Tensor output, Tensor scores, Tensor source, CallContext context)
    {
        Tensor logits = write.Call(drop.Call(readout.Call(output, context), context), context);
        return gate is null ? logits : PointerGenerator.LogProbabilities(logits, gate.Call(output, context), scores, source);
    }
}
