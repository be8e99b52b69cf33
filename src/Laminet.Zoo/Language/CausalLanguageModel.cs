using Laminet.Configuration;
using Laminet.Generation;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Language;

/// <summary>
/// A language model that gives the logits of the next token at each step: tokens (batch, time) of Int32 to (batch, time, vocabulary). By default it has GPT-2's layout: a vector for each token and for each position,
/// blocks of attention to earlier steps and of two dense layers, each normalised before, a last normalisation, and the table of tokens again for the logits (Radford et al., "Language models are unsupervised multitask
/// learners", 2019). With <see cref="RotaryMaxWavelength"/>, <see cref="UseRms"/>, <see cref="IsGated"/> and without biases it is Llama's (Touvron et al., "LLaMA: open and efficient foundation language models", 2023).
/// Train it by Fit with tokens and the tokens one step later. Before <c>Model.Load</c> in a new process, call <see cref="Models.ModelCatalog.RegisterLayers"/>.
/// </summary>
/// <example><code>
/// var model = new CausalLanguageModel(vocabularySize: 65, maxLength: 128, width: 256, numBlocks: 4, numHeads: 4, seed: 1);
/// model.Compile("adamw", new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true));
/// model.Fit(x, y, batchSize: 16, epochs: 1);                        // tokens, and those one step later
/// </code></example>
public sealed class CausalLanguageModel : Model, IDecoder
{
    private readonly ReversibleEmbedding tokens;
    private readonly Embedding? positions;
    private readonly DecoderBlock[] blocks;
    private readonly Layer norm;

    static CausalLanguageModel() => Registry.Register<CausalLanguageModel>();

    /// <summary>Creates the model.</summary>
    /// <param name="vocabularySize">How many tokens there are.</param>
    /// <param name="maxLength">The most positions of a sequence: as many vectors of positions are learned. With rotary positions a limit alone.</param>
    /// <param name="width">The features of a step.</param>
    /// <param name="numBlocks">How many blocks.</param>
    /// <param name="numHeads">How many heads of queries.</param>
    /// <param name="numKeyValueHeads">How many heads of keys and values, shared by groups of queries; as many as queries by default.</param>
    /// <param name="headDim">The width of a head; width / numHeads by default.</param>
    /// <param name="intermediateDim">The width between the dense layers of a block; 4 width by default.</param>
    /// <param name="activation">The function there; GELU by its tanh formula by default, as in GPT-2.</param>
    /// <param name="isGated">Whether a third dense layer's results, after the activation, multiply the others (SwiGLU with "silu": Shazeer, "GLU variants improve transformer", 2020).</param>
    /// <param name="rotaryMaxWavelength">Positions turn queries and keys, with this longest wavelength, and no vectors of positions are learned; null for learned ones.</param>
    /// <param name="useRms">Whether normalisations divide by the root mean square alone.</param>
    /// <param name="epsilon">The epsilon of the normalisations.</param>
    /// <param name="useBias">Whether attention and dense layers have biases.</param>
    /// <param name="tieWeights">Whether the logits use the table of tokens; if not, they have a table of their own.</param>
    /// <param name="dropout">In training, the share of each part's results, and of the attention's softmax, set to zero.</param>
    /// <param name="weightType">The element type of weights and computation; caches have it too.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public CausalLanguageModel(
        int vocabularySize, int maxLength, int width, int numBlocks, int numHeads, int? numKeyValueHeads = null, int? headDim = null, int? intermediateDim = null, ActivationFunction? activation = null,
        bool isGated = false, double? rotaryMaxWavelength = null, bool useRms = false, double epsilon = 1e-5, bool useBias = true, bool tieWeights = true, double dropout = 0, DType weightType = DType.Float32,
        ulong? seed = null) : base(seed)
    {
        (VocabularySize, MaxLength) = (Setting.Require(vocabularySize, vocabularySize >= 1, "1 or more"), Setting.Require(maxLength, maxLength >= 1, "1 or more"));
        (Width, NumBlocks, NumHeads) = (Setting.Require(width, width >= 1, "1 or more"), Setting.Require(numBlocks, numBlocks >= 1, "1 or more"), Setting.Require(numHeads, numHeads >= 1, "1 or more"));
        NumKeyValueHeads = Setting.Require(numKeyValueHeads ?? numHeads, numKeyValueHeads is null or >= 1 && numHeads % (numKeyValueHeads ?? 1) == 0, $"a number that divides the {numHeads} heads of queries", nameof(numKeyValueHeads));
        HeadDim = Setting.Require(headDim ?? width / numHeads, headDim is >= 1 || (headDim is null && width % numHeads == 0), $"1 or more, or a width of {width} that {numHeads} heads can share", nameof(headDim));
        IntermediateDim = Setting.Require(intermediateDim ?? 4 * width, intermediateDim is null or >= 1, "1 or more", nameof(intermediateDim));
        (Activation, IsGated, RotaryMaxWavelength) = (activation ?? ActivationFunction.Gelu(approximate: true), isGated, rotaryMaxWavelength);
        (UseRms, Epsilon, UseBias, TieWeights) = (useRms, epsilon, useBias, tieWeights);
        Dropout = Setting.Require(dropout, dropout is >= 0 and < 1, "at least 0 and below 1");
        DType = WeightType = Setting.Require(weightType, weightType is DType.Float32 or DType.Float64 or DType.BFloat16 or DType.Float16, "a floating-point type");
        tokens = Track(new ReversibleEmbedding(VocabularySize, Width, TieWeights, First()) { Name = "tokens", DType = DType });
        positions = RotaryMaxWavelength is null ? Track(new Embedding(maxLength, Width, First()) { Name = "positions", DType = DType }) : null;
        blocks = [.. Enumerable.Range(0, NumBlocks).Select(block => Track(new DecoderBlock(this) { Name = $"block_{block}" }))];
        norm = Track(Norm("norm"));
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>The most positions of a sequence.</summary>
    public int MaxLength { get; }

    int? IDecoder.MaxLength => MaxLength;

    /// <summary>The features of a step.</summary>
    public int Width { get; }

    /// <summary>How many blocks.</summary>
    public int NumBlocks { get; }

    /// <summary>How many heads of queries.</summary>
    public int NumHeads { get; }

    /// <summary>How many heads of keys and values.</summary>
    public int NumKeyValueHeads { get; }

    /// <summary>The width of a head.</summary>
    public int HeadDim { get; }

    /// <summary>The width between the dense layers of a block.</summary>
    public int IntermediateDim { get; }

    /// <summary>The function there.</summary>
    public ActivationFunction Activation { get; }

    /// <summary>Whether a third dense layer's results multiply the others.</summary>
    public bool IsGated { get; }

    /// <summary>The longest wavelength of rotary positions; null for learned ones.</summary>
    public double? RotaryMaxWavelength { get; }

    /// <summary>Whether normalisations divide by the root mean square alone.</summary>
    public bool UseRms { get; }

    /// <summary>The epsilon of the normalisations.</summary>
    public double Epsilon { get; }

    /// <summary>Whether attention and dense layers have biases.</summary>
    public bool UseBias { get; }

    /// <summary>Whether the logits use the table of tokens.</summary>
    public bool TieWeights { get; }

    /// <summary>The share of results set to zero in training.</summary>
    public double Dropout { get; }

    /// <summary>The element type of weights and computation.</summary>
    public DType WeightType { get; }

    /// <summary>GPT-2 small: 12 blocks of width 768 with 12 heads, 1,024 positions, 50,257 tokens; 124,439,808 parameters.</summary>
    /// <param name="weightType">The element type of weights and computation.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public static CausalLanguageModel Gpt2Small(DType weightType = DType.Float32, ulong? seed = null) =>
        new CausalLanguageModel(50_257, 1024, 768, 12, 12, weightType: weightType, seed: seed) { Name = "gpt2" }.Declared();

    /// <summary>Llama's layout: rotary positions, normalisation by the root mean square, gated dense layers, no biases.</summary>
    /// <param name="vocabularySize">How many tokens there are.</param>
    /// <param name="maxLength">The most positions of a sequence.</param>
    /// <param name="width">The features of a step.</param>
    /// <param name="numBlocks">How many blocks.</param>
    /// <param name="numHeads">How many heads of queries.</param>
    /// <param name="intermediateDim">The width between the dense layers of a block.</param>
    /// <param name="numKeyValueHeads">How many heads of keys and values; as many as queries by default.</param>
    /// <param name="rotaryMaxWavelength">The longest wavelength of the positions.</param>
    /// <param name="epsilon">The epsilon of the normalisations.</param>
    /// <param name="tieWeights">Whether the logits use the table of tokens.</param>
    /// <param name="headDim">The width of a head; width / numHeads by default.</param>
    /// <param name="weightType">The element type of weights and computation.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public static CausalLanguageModel Llama(
        int vocabularySize, int maxLength, int width, int numBlocks, int numHeads, int intermediateDim, int? numKeyValueHeads = null, double rotaryMaxWavelength = 10_000, double epsilon = 1e-5,
        bool tieWeights = false, int? headDim = null, DType weightType = DType.Float32, ulong? seed = null) =>
        new CausalLanguageModel(
            vocabularySize, maxLength, width, numBlocks, numHeads, numKeyValueHeads, headDim, intermediateDim, "silu", isGated: true, rotaryMaxWavelength, useRms: true, epsilon, useBias: false, tieWeights,
            weightType: weightType, seed: seed)
        { Name = "llama" }.Declared();

    /// <inheritdoc/>
    public Bundle<Tensor> NewCache(int batch, int length)
    {
        Setting.Require(batch, batch >= 1, "1 or more");
        Setting.Require(length, length >= 1 && length <= MaxLength, $"1 to {MaxLength}, the model's maxLength");
        Declared();
        return [.. blocks.Select(block => block.NewCache(batch, length))];
    }

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The cache is not one of <see cref="NewCache"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The steps reach beyond the end of the cache.</exception>
    public (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(cache);
        if (tokens.Rank != 2 || cache.Count != blocks.Length || position.Rank != 0 || (padding is not null && padding.Shape != new Shape(tokens.Shape[0])))
        {
            throw new ShapeException($"{nameof(CausalLanguageModel)}.{nameof(Next)}: received tokens {tokens.Shape}, a position {position.Shape}, a cache of {cache.Count} parts"
                + $"{(padding is null ? "" : $" and padding {padding.Shape}")}; expected (batch, steps), a scalar, {blocks.Length} parts and padding of (batch,). Make the cache by NewCache.");
        }

        CallContext pass = new();
        Tensor x = this.tokens.Call(tokens, pass);
        if (positions is not null)
        {
            Tensor places = Tensor.Range(0, tokens.Shape[1], DType.Int32) + position.Cast(DType.Int32);
            if (padding is not null)
                places = (places - padding.ExpandDims(1)).Maximum(Tensor.Scalar(0));
            x += positions.Call(places, pass);
        }

        Tensor? counts = padding is null ? null : Tensor.Range(0, cache[0].Shape[2], DType.Int32).GreaterEqual(padding.ExpandDims(1)).ExpandDims(1);
        List<Tensor> next = [];
        foreach ((DecoderBlock block, Tensor part) in blocks.Zip(cache))
        {
            (x, Tensor written) = block.Next(x, part, position, counts, pass);
            next.Add(written);
        }

        Tensor last = x.Slice(tokens.Shape[1] - 1, tokens.Shape[1], axis: 1).Reshape(tokens.Shape[0], Width);
        return (this.tokens.Call(norm.Call(last, pass), pass), [.. next]);
    }

    /// <summary>The initial values of the weights, as in GPT-2.</summary>
    internal static Initializer First() => new RandomNormal(stddev: 0.02);

    /// <summary>A normalisation as this model has them.</summary>
    internal Layer Norm(string name) => UseRms ? new RMSNormalization(epsilon: Epsilon) { Name = name, DType = DType } : new LayerNormalization(epsilon: Epsilon) { Name = name, DType = DType };

    /// <summary>The model with its weights declared; none of them is drawn.</summary>
    internal CausalLanguageModel Declared()
    {
        if (!IsBuilt)
        {
            using StateScope shapes = StateScope.OfShapes();
            Call(Tensor.ShapeOnly([1, 1], DType.Int32));
        }

        return this;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (input.Rank != 2 || input.Shape[1] > MaxLength)
            throw new ShapeException($"received tokens of shape {input.Shape}; expected (batch, time) with at most {MaxLength} steps, the model's maxLength. Cut the sequences, or make the model longer.");
        Tensor x = tokens.Call(input, context);
        if (positions is not null)
            x += positions.Call(Tensor.Range(0, input.Shape[1], DType.Int32).ExpandDims(0), context);
        if (context.Training && Dropout > 0)
            x = x.Dropout(context.NextKey(), Dropout);
        foreach (DecoderBlock block in blocks)
            x = block.Call(x, context);
        return tokens.Call(norm.Call(x, context), context);
    }
}
