using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A block of a transformer's decoder: every step attends to itself and earlier steps, then, if there is a second input, to all steps of that (an encoder's output), then two
/// dense layers treat each step alone; all are added to their input and normalised. a = norm(x + attention(x)), c = norm(a + attention(a, encoded)), y = norm(c + f(c)), with f
/// as in <see cref="TransformerEncoder"/>; normalised first, as there. Inputs (batch, time, features), then optionally the encoder's (batch, steps, features), then optionally
/// a mask of pairs of the first, Bool (batch, time, time); output like the first. The inputs' masks count, and the first one's goes with the output. The number of sequences is
/// fixed by the first call. (Vaswani et al., "Attention is all you need", 2017. Defaults as in KerasHub.) KerasHub: <c>TransformerDecoder</c>; PyTorch:
/// <c>nn.TransformerDecoderLayer</c>.
/// </summary>
public sealed class TransformerDecoder : TransformerBlock
{
    private readonly MultiHeadAttention attention, cross;
    private readonly LayerNormalization norm, crossNorm;
    private bool isCrossed;

    /// <summary>Creates the block.</summary>
    /// <inheritdoc cref="TransformerBlock(int, int, double, ActivationFunction, double, Initializer, Initializer, Regularizer, Regularizer, bool)"/>
    public TransformerDecoder(
        int intermediateDim, int numHeads, double dropout = 0, ActivationFunction? activation = null, double layerNormEpsilon = 1e-5, Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null, bool normalizeFirst = false)
        : base(intermediateDim, numHeads, dropout, activation, layerNormEpsilon, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer, normalizeFirst)
    {
        (attention, norm) = Attending("self_attention", causal: true);
        (cross, crossNorm) = Attending("cross_attention", causal: false);
        TrackFeedForward();
    }

    private protected override void Build(Bundle<TensorSpec> inputs)
    {
        base.Build(inputs);
        isCrossed = inputs.Count(input => input.DType != DType.Bool) > 1;
    }

    /// <summary>A cache without steps for <see cref="CallWithCache"/>; see <see cref="ProjectedAttention.NewCache"/>.</summary>
    /// <param name="batch">How many sequences.</param>
    /// <param name="longest">How many steps the cache can hold.</param>
    /// <exception cref="InvalidOperationException">The block was not built.</exception>
    public Tensor NewCache(int batch, int longest) => attention.NewCache(batch, longest);

    /// <summary>
    /// The keys and values of the encoder's output: with them <see cref="CallWithCache"/> projects it once for all steps. In a loop of <c>Flow</c> they are not needed: there, what depends only
    /// on tensors from outside the loop is computed once.
    /// </summary>
    /// <param name="memory">The encoder's output, (batch, steps, features).</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    /// <exception cref="InvalidOperationException">The block was not built with an encoder's output.</exception>
    public Tensor CrossCache(Tensor memory, CallContext? context = null) => cross.CacheOf(memory, context);

    /// <summary>
    /// The block's result for the next steps of sequences, and the cache with their keys and values: what <c>Call</c> gives at these steps of the whole sequences. (As in KerasHub, whose
    /// call has self_attention_cache, self_attention_cache_update_index and cross_attention_cache. For inference.)
    /// </summary>
    /// <param name="inputs">As in <c>Call</c>: the new steps (batch, time, features), then the encoder's output if the block was built with one, then optionally a mask of pairs, Bool (batch, time or 1,
    /// longest), true where a new step attends to a position of the cache: give it at every call if prompts are padded on the left. The pass's masks of both sequences count, too.</param>
    /// <param name="cache">From <see cref="NewCache"/>, or from the step before.</param>
    /// <param name="position">Where the new steps begin: a scalar of Int32 or Int64, counted from 0.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    /// <param name="crossCache">From <see cref="CrossCache"/>; null to project the encoder's output in this call.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps reach beyond the end of the cache.</exception>
    /// <exception cref="ShapeException">A cache does not fit the inputs.</exception>
    /// <exception cref="InvalidOperationException">The pass is one of training.</exception>
    public (Tensor Output, Tensor Cache) CallWithCache(Bundle<Tensor> inputs, Tensor cache, Tensor position, CallContext? context = null, Tensor? crossCache = null)
    {
        ArgumentNullException.ThrowIfNull(position);
        Tensor next = cache;
        Tensor output = RunAs(inputs, context, (all, pass) => Forward(
            all, pass,
            own =>
            {
                (Tensor result, next) = attention.CallWithCache(own, cache, position, pass);
                return result;
            },
            both => cross.CallWithCache(both, crossCache ?? CrossCache(both[1], pass), null, pass).Output));
        return (output, next);
    }

    /// <summary>The block's result and how much each step looks at each step of the encoder's output: the softmax's results, (batch, heads, time, steps). For inference.</summary>
    /// <param name="inputs">As in <c>Call</c>, with an encoder's output.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    public (Tensor Output, Tensor Scores) CallWithScores(Bundle<Tensor> inputs, CallContext? context = null)
    {
        Tensor? scores = null;
        Tensor output = RunAs(inputs, context, (all, pass) => Forward(
            all, pass, own => attention.Call(own, pass).Only,
            both =>
            {
                (Tensor result, scores) = cross.CallWithScores(both, pass);
                return result;
            }));
        return (output, scores ?? throw new InvalidOperationException($"Layer {Label} was built without an encoder's output, so it looks at none."));
    }

    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context) =>
        Forward(inputs, context, own => attention.Call(own, context).Only, both => cross.Call(both, context).Only);

    private Tensor Forward(Bundle<Tensor> inputs, CallContext context, Func<Bundle<Tensor>, Tensor> attend, Func<Bundle<Tensor>, Tensor> attendAcross)
    {
        Tensor[] sequences = [.. inputs.Where(input => input.DType != DType.Bool)], masks = [.. inputs.Skip(sequences.Length)];
        if (sequences.Length != (isCrossed ? 2 : 1) || masks.Length > 1 || masks.Any(mask => mask.DType != DType.Bool))
        {
            throw new ShapeException($"received {sequences.Length} sequences and {inputs.Count - sequences.Length} masks; expected {(isCrossed ? "two sequences, as in the first call," : "one sequence, as in the first call,")} "
                + "and at most one mask of pairs, Bool, after them. Make another layer for another number of sequences.");
        }

        Tensor x = Residual(sequences[0], norm, input => attend([input, .. masks]), context);
        if (isCrossed)
            x = Residual(x, crossNorm, input => attendAcross([input, sequences[1]]), context);
        return FeedForward(x, context);
    }
}
