using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A block of a transformer's decoder: every step attends to itself and earlier steps, then, if there is a second input, to all steps of that (an encoder's output), then two dense layers treat
/// each step alone; all are added to their input and normalised. Inputs (batch, time, features), then optionally the encoder's (batch, steps, features), then optionally a mask of pairs
/// of the first, Bool (batch, time, time); output like the first. The inputs' masks count, and the first one's goes with the output. The number of sequences is fixed by the first call. (Vaswani
/// et al., "Attention is all you need", 2017. Defaults as in KerasHub.)
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

    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        Tensor[] sequences = [.. inputs.Where(input => input.DType != DType.Bool)], masks = [.. inputs.Skip(sequences.Length)];
        if (sequences.Length != (isCrossed ? 2 : 1) || masks.Length > 1 || masks.Any(mask => mask.DType != DType.Bool))
        {
            throw new ShapeException($"received {sequences.Length} sequences and {inputs.Count - sequences.Length} masks; expected {(isCrossed ? "two sequences, as in the first call," : "one sequence, as in the first call,")} "
                + "and at most one mask of pairs, Bool, after them. Make another layer for another number of sequences.");
        }

        Tensor x = Residual(sequences[0], norm, input => attention.Call([input, .. masks], context).Only, context);
        if (isCrossed)
            x = Residual(x, crossNorm, input => cross.Call([input, sequences[1]], context).Only, context);
        return FeedForward(x, context);
    }
}
