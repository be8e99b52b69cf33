using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The sum of a learned vector for each token and one for each position, y(t) = E(i(t)) + P(t): input (batch, time) of Int32 or Int64, output (batch, time, embeddingDim).
/// Vectors of floating-point numbers go back to logits, as in <see cref="ReversibleEmbedding"/>. KerasHub: <c>TokenAndPositionEmbedding</c>.
/// </summary>
public sealed class TokenAndPositionEmbedding : Layer
{
    private readonly ReversibleEmbedding tokens;
    private readonly PositionEmbedding positions;

    /// <summary>Creates the layer.</summary>
    /// <param name="vocabularySize">How many tokens there are.</param>
    /// <param name="sequenceLength">How many positions there are: the longest sequence.</param>
    /// <param name="embeddingDim">The length of a vector.</param>
    /// <param name="tieWeights">Whether the way back uses the same table.</param>
    /// <param name="embeddingsInitializer">First values of both tables; uniform in [-0.05, 0.05] by default.</param>
    /// <param name="maskZero">Whether token 0 is padding: then a mask goes with the output.</param>
    public TokenAndPositionEmbedding(int vocabularySize, int sequenceLength, int embeddingDim, bool tieWeights = true, Initializer? embeddingsInitializer = null, bool maskZero = false)
    {
        (VocabularySize, SequenceLength, EmbeddingDim) = (Setting.Require(vocabularySize, vocabularySize >= 1, "1 or more"), sequenceLength, Setting.Require(embeddingDim, embeddingDim >= 1, "1 or more"));
        (TieWeights, EmbeddingsInitializer, MaskZero) = (tieWeights, embeddingsInitializer ?? new RandomUniform(), maskZero);
        tokens = Track(new ReversibleEmbedding(VocabularySize, EmbeddingDim, TieWeights, EmbeddingsInitializer, maskZero: MaskZero) { Name = "token_embedding" });
        positions = Track(new PositionEmbedding(SequenceLength, EmbeddingsInitializer) { Name = "position_embedding" });
    }

    public int VocabularySize { get; }
    public int SequenceLength { get; }
    public int EmbeddingDim { get; }
    public bool TieWeights { get; }
    public Initializer EmbeddingsInitializer { get; }
    public bool MaskZero { get; }

    protected override void Build(Shape input)
    {
        tokens.AdoptDType(DType);
        positions.AdoptDType(DType);
    }

    /// <summary>The vectors of tokens that begin at a position, for decoding step by step. (KerasHub's start_index.)</summary>
    /// <param name="input">The steps, as in <c>Call</c>.</param>
    /// <param name="position">The position of the first of them: a scalar of Int32 or Int64, counted from 0.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps reach beyond the last position.</exception>
    public Tensor CallAt(Tensor input, Tensor position, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(position);
        return RunAs(input, context, (all, pass) => Forward(all[0], pass, vectors => positions.CallAt(vectors, position, pass)));
    }

    protected override Tensor Forward(Tensor input, CallContext context) => Forward(input, context, vectors => positions.Call(vectors, context));

    private Tensor Forward(Tensor input, CallContext context, Func<Tensor, Tensor> ofPositions)
    {
        Tensor vectors = tokens.Call(input, context);
        return input.DType == DType ? vectors : vectors + ofPositions(vectors);
    }

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => inputs[0].DType == DType ? masks[0] : MaskZero ? inputs[0].NotEqual(0) : null;
}
