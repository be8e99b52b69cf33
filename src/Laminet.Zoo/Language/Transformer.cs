using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>
/// The transformer that reads a sequence and writes another: blocks of an encoder over embeddings plus sines of the positions, blocks of a decoder that look at what the encoder gives, and logits of the next token.
/// Embeddings are multiplied by sqrt(units). (Vaswani et al., "Attention is all you need", 2017, where sums are normalised; with <c>normalizeFirst</c> what a part is given is, and the last
/// sums are: Xiong et al., "On layer normalization in the transformer architecture", 2020.)
/// </summary>
public sealed class Transformer : SequenceToSequence
{
    private readonly SinePositionEncoding waves;
    private readonly ReversibleEmbedding read, write;
    private readonly TransformerEncoder[] encoder;
    private readonly TransformerDecoder[] decoder;
    private readonly LayerNormalization? lastRead, lastWritten;

    static Transformer() => Registry.Register<Transformer>();

    /// <summary>Creates the network.</summary>
    /// <param name="vocabularySize">How many tokens there are to write.</param>
    /// <param name="units">How many numbers a token has within the network.</param>
    /// <param name="layers">How many blocks the encoder has, and the decoder.</param>
    /// <param name="numHeads">How many heads each attention has.</param>
    /// <param name="intermediateDim">The width between the two dense layers of a block; 4 units by default.</param>
    /// <param name="dropout">In training, the share of the embeddings, of each part's results and of the attentions' softmax set to zero.</param>
    /// <param name="normalizeFirst">Whether what a part is given is normalised, rather than the sum.</param>
    /// <param name="tieEmbeddings">Whether source, target and logits use one table. Then both sides have one vocabulary.</param>
    /// <param name="sourceVocabularySize">How many tokens there are to read; as many as to write by default.</param>
    public Transformer(
        int vocabularySize, int units = 256, int layers = 3, int numHeads = 4, int? intermediateDim = null, double dropout = 0.1, bool normalizeFirst = false, bool tieEmbeddings = true,
        int? sourceVocabularySize = null) : base(vocabularySize, sourceVocabularySize)
    {
        (Units, Layers) = (Setting.Require(units, units >= 1, "1 or more"), Setting.Require(layers, layers >= 1, "1 or more"));
        NumHeads = Setting.Require(numHeads, numHeads >= 1 && units % numHeads == 0, $"a divisor of the {units} units");
        IntermediateDim = Setting.Require(intermediateDim ?? (4 * units), intermediateDim is null or >= 1, "1 or more");
        (Dropout, NormalizeFirst) = (Setting.Require(dropout, dropout is >= 0 and < 1, "at least 0 and below 1"), normalizeFirst);
        TieEmbeddings = Setting.Require(tieEmbeddings, !tieEmbeddings || SourceVocabularySize == VocabularySize, "false where the sides have different vocabularies, which one table cannot serve");
        waves = Track(new SinePositionEncoding());
        read = Track(Table("source_embedding", SourceVocabularySize));
        write = TieEmbeddings ? read : Track(Table("target_embedding", VocabularySize));
        encoder = [.. Enumerable.Range(0, Layers).Select(i => Track(new TransformerEncoder(IntermediateDim, NumHeads, Dropout, normalizeFirst: NormalizeFirst) { Name = $"encoder_{i}" }))];
        decoder = [.. Enumerable.Range(0, Layers).Select(i => Track(new TransformerDecoder(IntermediateDim, NumHeads, Dropout, normalizeFirst: NormalizeFirst) { Name = $"decoder_{i}" }))];
        if (NormalizeFirst)
            (lastRead, lastWritten) = (Track(new LayerNormalization(epsilon: 1e-5) { Name = "encoder_norm" }), Track(new LayerNormalization(epsilon: 1e-5) { Name = "decoder_norm" }));
    }

    /// <summary>How many numbers a token has within the network.</summary>
    public int Units { get; }

    /// <summary>How many blocks the encoder has, and the decoder.</summary>
    public int Layers { get; }

    /// <summary>How many heads each attention has.</summary>
    public int NumHeads { get; }

    /// <summary>The width between the two dense layers of a block.</summary>
    public int IntermediateDim { get; }

    /// <summary>The share set to zero in training.</summary>
    public double Dropout { get; }

    /// <summary>Whether what a part is given is normalised, rather than the sum.</summary>
    public bool NormalizeFirst { get; }

    /// <summary>Whether source, target and logits use one table.</summary>
    public bool TieEmbeddings { get; }

    /// <inheritdoc/>
    public override Bundle<Tensor> NewCache(Tensor sources, int length)
    {
        CallContext pass = new();
        Tensor memory = Encode(sources, pass);
        Dictionary<string, Tensor> cache = new() { ["memory"] = memory, ["counts"] = sources.NotEqual(0) };
        foreach ((int i, TransformerDecoder block) in decoder.Index())
            (cache[$"self_{i}"], cache[$"cross_{i}"]) = (block.NewCache(sources.Shape[0], length), block.CrossCache(memory, pass));
        return cache;
    }

    /// <inheritdoc/>
    public override (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        CallContext pass = new();
        (Tensor memory, int length) = (cache["memory"], cache["self_0"].Shape[2]);
        pass.SetMask(memory, cache["counts"]);
        Tensor places = Tensor.Range(0, tokens.Shape[1], DType.Int32) + position;
        if (padding is not null)
            places = (places - padding.ExpandDims(-1)).Maximum(Tensor.Scalar(0));
        Tensor[] pairs = padding is null ? [] : [Tensor.Range(0, length, DType.Int32).GreaterEqual(padding.ExpandDims(-1)).ExpandDims(1)];
        Tensor x = Embedded(write, tokens, pass) + waves.Call(Tensor.Zeros([1, length, Units], DType)).At(0).Gather(places);
        Dictionary<string, Tensor> next = cache.Names!.Zip(cache).ToDictionary(part => part.First, part => part.Second);
        foreach ((int i, TransformerDecoder block) in decoder.Index())
            (x, next[$"self_{i}"]) = block.CallWithCache([x, memory, .. pairs], cache[$"self_{i}"], position, pass, cache[$"cross_{i}"]);
        return (Logits(x.Slice(tokens.Shape[1] - 1, tokens.Shape[1], axis: 1), pass).Squeeze(1), next);
    }

    /// <inheritdoc/>
    public override Tensor AttentionScores(Tensor source, Tensor target)
    {
        CallContext pass = new();
        Tensor memory = Encode(source, pass), x = Decoded(target, memory, decoder[..^1], pass);
        return decoder[^1].CallWithScores([x, memory], pass).Scores.Mean(1);
    }

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        (Tensor source, Tensor target) = Pair(inputs);
        return Logits(Decoded(target, Encode(source, context), decoder, context), context);
    }

    private ReversibleEmbedding Table(string name, int tokens) => new(tokens, Units, TieEmbeddings, new RandomNormal(stddev: 1 / Math.Sqrt(Units)), maskZero: true) { Name = name };

    private Tensor Encode(Tensor source, CallContext context)
    {
        Tensor x = Placed(read, source, context);
        foreach (TransformerEncoder block in encoder)
            x = block.Call(x, context);
        return lastRead?.Call(x, context) ?? x;
    }

    private Tensor Decoded(Tensor target, Tensor memory, TransformerDecoder[] blocks, CallContext context)
    {
        Tensor x = Placed(write, target, context);
        foreach (TransformerDecoder block in blocks)
            x = block.Call([x, memory], context).Only;
        return x;
    }

    private Tensor Logits(Tensor x, CallContext context) => write.Call(lastWritten?.Call(x, context) ?? x, context);

    private Tensor Embedded(ReversibleEmbedding table, Tensor tokens, CallContext context) => table.Call(tokens, context) * Math.Sqrt(Units);

    private Tensor Placed(ReversibleEmbedding table, Tensor tokens, CallContext context)
    {
        Tensor x = Embedded(table, tokens, context);
        x += waves.Call(x, context);
        if (context.Training && Dropout > 0)
            x = x.Dropout(context.NextKey(), Dropout);
        context.SetMask(x, tokens.NotEqual(0));
        return x;
    }
}
