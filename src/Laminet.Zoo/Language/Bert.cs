using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Language;

/// <summary>
/// Encoders of text in both directions: the sum of vectors for token, position and segment, normalised, then blocks of attention to all steps, each normalised after (Devlin et al., "BERT: pre-training of deep bidirectional
/// transformers for language understanding", 2019). Inputs are tokens (batch, time) of Int32, of which 0 is padding, and with <see cref="BertSettings.HasSegments"/> the segments, alike. All models
/// are graphs of layers, so they can be cut, frozen, saved, and built upon. Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
/// <example><code>
/// Model encoder = Bert.Encoder(BertSettings.MiniLM with { Seed = 1 });
/// Model classifier = Bert.Classifier(encoder, classes: 2);
/// classifier.Compile(new AdamW(5e-5), new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
/// </code></example>
public static class Bert
{
    /// <summary>The vectors of all steps, (batch, time, width).</summary>
    /// <param name="settings">The sizes; BERT-base's if null.</param>
    public static Model Encoder(BertSettings? settings = null) => Encoder(settings ??= new(), new Network(settings));

    /// <summary>BERT with its pooler, dense and tanh over the first step: outputs (batch, time, width) and (batch, width). BERT-base has 109,482,240 parameters.</summary>
    /// <param name="settings">The sizes; BERT-base's if null.</param>
    public static Model WithPooler(BertSettings? settings = null)
    {
        Model encoder = Encoder(settings ??= new());
        return new Model(encoder.Inputs, [encoder.Outputs.Only, Pooled(encoder)], settings.Seed) { Name = "bert" };
    }

    /// <summary>The logits of the token that belongs at each step, (batch, time, vocabulary): the head of the masked language model. Its last product is with the table of tokens.</summary>
    /// <param name="settings">The sizes; BERT-base's if null.</param>
    /// <example><code>
    /// Model model = Bert.MaskedLanguageModel(BertSettings.MiniLM);
    /// model.Compile(new AdamW(1e-4), new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: MaskedTokens.Ignored));
    /// (Tensor inputs, Tensor targets) = MaskedTokens.Draw(x, new RandomKey(1), maskToken: 103, vocabularySize: 30_522);
    /// </code></example>
    public static Model MaskedLanguageModel(BertSettings? settings = null)
    {
        Network network = new(settings ??= new());
        Model encoder = Encoder(settings, network);
        SymbolicTensor x = encoder.Outputs.Only.Then(
            new Dense(settings.Width, settings.Activation, kernelInitializer: First()) { Name = "mlm_transform" }, new LayerNormalization(epsilon: settings.Epsilon) { Name = "mlm_norm" },
            network.Tokens, new AddBias { Name = "mlm_bias" });
        return new Model(encoder.Inputs, x, settings.Seed) { Name = "masked_language_model" };
    }

    /// <summary>Logits of classes, (batch, classes), from the first step of an encoder: of sentences or, for an encoder with segments, of pairs. Pooler, dropout and a dense layer are new.</summary>
    /// <param name="encoder">From <see cref="Encoder(BertSettings)"/>, or one that was loaded. The classifier shares its layers.</param>
    /// <param name="classes">How many.</param>
    /// <param name="dropout">In training, the share of the pooled features set to zero.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public static Model Classifier(Model encoder, int classes, double dropout = 0.1, ulong? seed = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        Setting.Require(classes, classes >= 2, "2 or more");
        return new Model(encoder.Inputs, Pooled(encoder).Then(new Dropout(dropout), new Dense(classes, kernelInitializer: First()) { Name = "classifier" }), seed) { Name = "classifier" };
    }

    /// <summary>One vector for each text, (batch, width): the mean of the vectors of the steps that are no padding, of length 1 (Reimers and Gurevych, "Sentence-BERT", 2019).</summary>
    /// <param name="encoder">From <see cref="Encoder(BertSettings)"/>, or one that was loaded. The model shares its layers.</param>
    public static Model SentenceVectors(Model encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new Model(encoder.Inputs, encoder.Outputs.Only.Then(new GlobalAveragePooling1D(), new UnitNormalization()), encoder.Seed) { Name = "sentence_vectors" };
    }

    private static Model Encoder(BertSettings settings, Network network)
    {
        if (settings.Width % settings.NumHeads != 0)
            throw new ArgumentException($"Bert: received a width of {settings.Width} and {settings.NumHeads} heads; expected a width that the heads can share.", nameof(settings));
        Input tokens = new([null], DType.Int32) { Name = "tokens" }, segments = new([null], DType.Int32) { Name = "segments" };
        SymbolicTensor vectors = network.Tokens.Call(tokens.Output);
        SymbolicTensor x = new Add().Call([
            vectors, vectors.Then(new PositionEmbedding(settings.MaxLength, First()) { Name = "positions" }),
            (settings.HasSegments ? segments.Output : tokens.Output.Then(new OneSegment())).Then(new Embedding(2, settings.Width, First()) { Name = "segment_vectors" })]);
        x = x.Then(new LayerNormalization(epsilon: settings.Epsilon) { Name = "embeddings_norm" });
        if (settings.Dropout > 0)
            x = x.Then(new Dropout(settings.Dropout));
        for (int block = 0; block < settings.NumBlocks; block++)
        {
            x = x.Then(new TransformerEncoder(
                settings.IntermediateDim ?? 4 * settings.Width, settings.NumHeads, settings.Dropout, settings.Activation, settings.Epsilon, First())
            { Name = $"block_{block}" });
        }

        return new Model(settings.HasSegments ? [tokens.Output, segments.Output] : tokens.Output, x, settings.Seed) { Name = "encoder" };
    }

    private static SymbolicTensor Pooled(Model encoder)
    {
        SymbolicTensor steps = encoder.Outputs.Only;
        int width = steps.PartialShape[^1] ?? throw new ArgumentException($"Bert: received an encoder of outputs {steps}; expected (batch, time, width) with a known width.", nameof(encoder));
        return steps.Then(new FirstStep(), new Dense(width, "tanh", kernelInitializer: First()) { Name = "pooler" });
    }

    private static RandomNormal First() => new(stddev: 0.02);

    // The table of tokens, which two heads share.
    private sealed record Network(BertSettings Settings)
    {
        public ReversibleEmbedding Tokens { get; } = new(Settings.VocabularySize, Settings.Width, embeddingsInitializer: First(), maskZero: true) { Name = "token_vectors" };
    }
}
