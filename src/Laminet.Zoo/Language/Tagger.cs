using Laminet.Configuration;
using Laminet.Data;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Zoo.Language;

/// <summary>
/// Gives each token of a text a tag, such as its part of speech, or whether a name begins or goes on there: tokens (batch, time) to scores (batch, time, tags). An encoder gives features of the steps, a dense layer
/// their scores, and by default a <see cref="LinearChain"/> chooses all tags of a text together (Huang, Xu and Yu, "Bidirectional LSTM-CRF models for sequence tagging", 2015). The loss is in nats a token; compile
/// the model without one. Targets are tags (batch, time); where the encoder masks steps, they do not count. Before <c>Model.Load</c> in a new process, call <see cref="Models.ModelCatalog.RegisterLayers"/>.
/// </summary>
/// <example><code>
/// Sequential encoder = new(new Input([null], DType.Int32), new Embedding(5000, 64, maskZero: true), new Bidirectional(new LSTM(64, returnSequences: true)));
/// Tagger tagger = new(encoder, tags: 9, seed: 1);
/// tagger.Compile("adam");
/// tagger.Fit(tokens, tags, batchSize: 32, epochs: 10);
/// Tensor chosen = tagger.Tag(tokens);                             // (batch, time) of Int32
/// </code></example>
public sealed class Tagger : Model
{
    private readonly Dense dense;
    private readonly Variable? transitions;
    private CompiledFunction? choose;

    static Tagger() => Registry.Register<Tagger>();

    /// <summary>Creates the model.</summary>
    /// <param name="encoder">Tokens (batch, time) to features (batch, time, width), such as an embedding and a bidirectional LSTM, or <see cref="Bert.Encoder(BertSettings)"/>.</param>
    /// <param name="tags">How many tags there are.</param>
    /// <param name="hasTransitions">Whether neighbours have a score, so that the tags of a text are chosen together; if not, each step has its likeliest tag.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public Tagger(Layer encoder, int tags, bool hasTransitions = true, ulong? seed = null) : base(seed)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (Encoder, Tags, HasTransitions) = (Track(encoder), Setting.Require(tags, tags >= 2, "2 or more"), hasTransitions);
        dense = Track(new Dense(Tags) { Name = "scores" });
        transitions = hasTransitions ? AddWeight("transitions", [Tags + 1, Tags + 1], new Zeros()) : null;
    }

    /// <summary>The encoder.</summary>
    public Layer Encoder { get; }

    /// <summary>How many tags there are.</summary>
    public int Tags { get; }

    /// <summary>Whether the tags of a text are chosen together.</summary>
    public bool HasTransitions { get; }

    /// <summary>The tags of texts, (batch, time) of Int32; 0 where the encoder masks steps.</summary>
    /// <param name="tokens">The texts, (batch, time).</param>
    public Tensor Tag(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        // The first call declares the weights, and draws them.
        if (!IsBuilt)
            Call(tokens);
        choose ??= Function.Compile((Bundle<Tensor> inputs) =>
        {
            CallContext pass = new();
            Tensor scores = Call(inputs[0], pass);
            Tensor? mask = pass.MaskOf(scores);
            if (transitions is not null)
                return LinearChain.Viterbi(scores, transitions.Value, mask);
            Tensor tags = scores.ArgMax(-1).Cast(DType.Int32);
            return mask is null ? tags : tags * mask.Cast(DType.Int32);
        }, "tag");
        return choose.Call(tokens).Only;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        Tensor features = Encoder.Call(input, context);
        return features.Rank == 3 && features.Shape[..2] == input.Shape[..2] ? dense.Call(features, context)
            : throw new ShapeException($"received an encoder that gives {features.Shape} for tokens {input.Shape}; expected a vector for each step, (batch, time, width). A recurrent layer needs returnSequences: true.");
    }

    /// <inheritdoc/>
    protected override Tensor ComputeLoss(Batch batch, Bundle<Tensor> prediction, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(context);
        Tensor scores = prediction.Only, tags = batch.Targets is { Count: 1 } targets ? targets[0]
            : throw new ArgumentException("Tagger: received no tags; expected those of each step as targets, (batch, time).", nameof(batch));
        if (tags.Shape != scores.Shape[..2])
            throw new ShapeException($"Tagger: received tags of shape {tags.Shape}; expected one for each token, {scores.Shape[..2]}.");
        Tensor? mask = context.MaskOf(scores);
        Tensor counts = mask?.Cast(scores.DType) ?? Tensor.Ones(scores.Shape[..2], scores.DType);
        Tensor nats = transitions is not null
            ? (LinearChain.LogPartition(scores, transitions.Value, mask) - LinearChain.Score(scores, transitions.Value, tags, mask)).Sum()
            : ((scores.LogSumExp(-1) - (scores * tags.OneHot(Tags, scores.DType)).Sum([2])) * counts).Sum();
        context.AddLoss(nats / counts.Sum().Maximum(Tensor.Ones([], scores.DType)));
        return base.ComputeLoss(batch, prediction, context);
    }
}
