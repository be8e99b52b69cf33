using Laminet.Configuration;
using Laminet.Generation;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Language;

/// <summary>
/// Writes what a picture shows. It sees the picture as vectors of its places v_i, such as the last feature maps of a trained convnet, row by row: h_i = relu(W v_i), and the first states are tanh(W mean of h_i). An LSTM reads the tokens
/// before; its output s_t looks at the places by the softmax of s_tᵀ W h_i, c_t is the sum of h_i by it, and the logits come from tanh(W [s_t; c_t]) by the table of tokens. As a layer it takes the features (batch, places, channels) and the
/// tokens before each token (batch, time), Int32, 0 at the end for padding, and gives logits (batch, time, vocabulary). It goes on after any prompt, so it also learns stories: the sentence before is the prompt.
/// (Xu et al., "Show, attend and tell", ICML 2015, with the attention of Luong, Pham and Manning, EMNLP 2015, so that all steps are trained at once.)
/// </summary>
public sealed class Captioner : Layer, IDecoder
{
    private readonly Dense see, key, readout;
    private readonly Dense[] first;
    private readonly ReversibleEmbedding write;
    private readonly LSTM decoder;
    private readonly Attention attention;
    private readonly Dropout drop, dropFeatures;

    static Captioner() => Registry.Register<Captioner>();

    /// <summary>Creates the network.</summary>
    /// <param name="vocabularySize">How many tokens there are, padding counted.</param>
    /// <param name="units">How many units the LSTM has, and how many numbers of a place are looked at.</param>
    /// <param name="embeddingDim">How many numbers a token has; as many as there are units by default.</param>
    /// <param name="dropout">In training, the share of the embeddings and of what the readout is computed from set to zero.</param>
    /// <param name="featureDropout">In training, the share of the features and of h_i set to zero.</param>
    public Captioner(int vocabularySize, int units = 256, int? embeddingDim = null, double dropout = 0.5, double featureDropout = 0.3)
    {
        VocabularySize = Setting.Require(vocabularySize, vocabularySize >= 2, "2 or more, padding counted");
        (Units, EmbeddingDim) = (Setting.Require(units, units >= 1, "1 or more"), Setting.Require(embeddingDim ?? units, embeddingDim is null or >= 1, "1 or more"));
        (Dropout, FeatureDropout) = (Share(dropout), Share(featureDropout));
        see = Track(new Dense(Units, "relu") { Name = "see" });
        key = Track(new Dense(Units, useBias: false) { Name = "key" });
        first = [.. Enumerable.Range(0, 2).Select(i => Track(new Dense(Units, "tanh") { Name = $"first_state_{i}" }))];
        write = Track(new ReversibleEmbedding(VocabularySize, EmbeddingDim, embeddingsInitializer: new RandomNormal(stddev: 1 / Math.Sqrt(EmbeddingDim)), maskZero: true) { Name = "target_embedding" });
        decoder = Track(new LSTM(Units, returnSequences: true, returnState: true) { Name = "decoder" });
        attention = Track(new Attention(returnAttentionScores: true));
        readout = Track(new Dense(EmbeddingDim, "tanh") { Name = "readout" });
        (drop, dropFeatures) = (Track(new Dropout(Dropout)), Track(new Dropout(FeatureDropout)));

        static double Share(double share, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(share))] string name = "") => Setting.Require(share, share is >= 0 and < 1, "at least 0 and below 1", name);
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>How many units the LSTM has.</summary>
    public int Units { get; }

    /// <summary>How many numbers a token has.</summary>
    public int EmbeddingDim { get; }

    /// <summary>The share of embeddings and readout set to zero in training.</summary>
    public double Dropout { get; }

    /// <summary>The share of the features set to zero in training.</summary>
    public double FeatureDropout { get; }

    /// <inheritdoc/>
    public int? MaxLength => null;

    /// <summary>Not for this network: the cache depends on the pictures.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    Bundle<Tensor> IDecoder.NewCache(int batch, int length) => throw new InvalidOperationException(
        "Captioner writes about pictures. Give the generation its cache: network.NewCache(features).");

    /// <summary>Looks at pictures, and gives the cache of captions without tokens.</summary>
    /// <param name="features">(batch, places, channels).</param>
    /// <exception cref="ShapeException">The features have another shape.</exception>
    public Bundle<Tensor> NewCache(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        RequireFeatures(features);
        CallContext pass = new();
        (Tensor memory, Bundle<Tensor> states) = Look(features, pass);
        return [memory, key.Call(memory, pass), .. states];
    }

    /// <inheritdoc/>
    public (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(cache);
        CallContext pass = new();
        int steps = tokens.Shape[1];
        Tensor x = write.Call(tokens, pass);
        pass.SetMask(x, padding is null ? null : (Tensor.Range(0, steps, DType.Int32) + position).GreaterEqual(padding.ExpandDims(-1)));
        (Tensor output, _, Bundle<Tensor> states) = Decode(x, [.. cache.Skip(2)], cache[0], cache[1], pass);
        return (Logits(output.Slice(steps - 1, steps, axis: 1), pass).Squeeze(1), [.. cache.Take(2), .. states]);
    }

    /// <summary>Writes a caption for each picture, all in one batch.</summary>
    /// <param name="features">(batch, places, channels).</param>
    /// <param name="settings">How; set <see cref="GenerationSettings.StopTokens"/> to the token that ends a caption.</param>
    /// <param name="prompts">What each caption goes on after; null for <paramref name="start"/> alone.</param>
    /// <param name="start">The token that starts a caption in training.</param>
    /// <returns>The new tokens of each, without prompt and stop.</returns>
    /// <exception cref="ArgumentException">There are not as many prompts as pictures, or a prompt or a setting is wrong.</exception>
    /// <exception cref="ShapeException">The features have another shape.</exception>
    public int[][] Generate(Tensor features, GenerationSettings settings, IReadOnlyList<int[]>? prompts = null, int start = 1)
    {
        Bundle<Tensor> cache = NewCache(features);
        return this.Generate(Prompts(features, prompts, start), settings, cache);
    }

    /// <summary>All hypotheses that a beam search keeps for each picture, the best first.</summary>
    /// <inheritdoc cref="Generate"/>
    public IReadOnlyList<Hypothesis>[] BeamSearch(Tensor features, GenerationSettings settings, IReadOnlyList<int[]>? prompts = null, int start = 1)
    {
        Bundle<Tensor> cache = NewCache(features);
        return this.BeamSearch(Prompts(features, prompts, start), settings, cache);
    }

    /// <summary>How much each token that is written looked at each place: (batch, time, places). Rows sum to 1.</summary>
    /// <param name="features">(batch, places, channels).</param>
    /// <param name="target">What the caption has before each token, (batch, time), Int32.</param>
    public Tensor AttentionScores(Tensor features, Tensor target) => Decoded(features, target, new CallContext()).Scores;

    /// <summary>The network as a model with the inputs features and target, for Fit; captions may have any length.</summary>
    /// <param name="places">How many places a picture has.</param>
    /// <param name="channels">How many numbers a place has.</param>
    /// <param name="seed">The seed of the weights; null for a new one.</param>
    public Model ToModel(int places, int channels, ulong? seed = null)
    {
        Input features = new([places, channels]) { Name = "features" }, target = new([null], DType.Int32) { Name = "target" };
        return new Model([features, target], Call([features, target]).Only, seed: seed);
    }

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        if (inputs.Count != 2 || inputs[0].Rank != 3 || inputs[1].Rank != 2 || inputs[0].Shape[0] != inputs[1].Shape[0])
            throw new ShapeException($"received inputs of shapes {string.Join(", ", inputs.Select(input => input.Shape))}; expected features (batch, places, channels) and a target (batch, time).");
        return Logits(Decoded(inputs[0], inputs[1], context).Output, context);
    }

    /// <inheritdoc/>
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs[1].NotEqual(0);
    }

    private static void RequireFeatures(Tensor features)
    {
        if (features.Rank != 3)
            throw new ShapeException($"received features of shape {features.Shape}; expected (batch, places, channels). Reshape feature maps (batch, height, width, channels) to [batch, height * width, channels].");
    }

    private static IReadOnlyList<int[]> Prompts(Tensor features, IReadOnlyList<int[]>? prompts, int start) => prompts switch
    {
        null => [.. Enumerable.Repeat<int[]>([start], features.Shape[0])],
        _ when prompts.Count == features.Shape[0] => prompts,
        _ => throw new ArgumentException($"Received {prompts.Count} prompts for {features.Shape[0]} pictures; expected one for each.", nameof(prompts)),
    };

    private (Tensor Output, Tensor Scores) Decoded(Tensor features, Tensor target, CallContext context)
    {
        (Tensor memory, Bundle<Tensor> states) = Look(features, context);
        Tensor x = drop.Call(write.Call(target, context), context);
        // Padding is at the end, and the tokens before do not see it.
        context.SetMask(x, null);
        (Tensor output, Tensor scores, _) = Decode(x, states, memory, key.Call(memory, context), context);
        return (output, scores);
    }

    private (Tensor Memory, Bundle<Tensor> States) Look(Tensor features, CallContext context)
    {
        Tensor memory = dropFeatures.Call(see.Call(dropFeatures.Call(features, context), context), context), mean = memory.Mean(1);
        return (memory, [.. first.Select(layer => layer.Call(mean, context))]);
    }

    private (Tensor Output, Tensor Scores, Bundle<Tensor> States) Decode(Tensor x, Bundle<Tensor> states, Tensor memory, Tensor keys, CallContext context)
    {
        Bundle<Tensor> run = decoder.Call([x, .. states], context);
        (Tensor seen, Tensor scores) = attention.Call([run[0], memory, keys], context);
        return (Tensor.Concatenate([run[0], seen], -1), scores, [.. run.Skip(1)]);
    }

    private Tensor Logits(Tensor output, CallContext context) => write.Call(readout.Call(drop.Call(output, context), context), context);
}
