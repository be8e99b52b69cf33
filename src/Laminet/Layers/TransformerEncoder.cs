using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A block of a transformer's encoder: every step attends to all steps, then two dense layers treat each step alone; both are added to their input and normalised. a = norm(x +
/// attention(x)) and y = norm(a + f(a)) with f(a) = activation(a U + b) V + c; normalised first, a = x + attention(norm(x)) and y = a + f(norm(a)). Input (batch, time,
/// features), then optionally a mask of pairs, Bool (batch, time, time); output like the input. The input's mask counts, and goes with the output. (Vaswani et al., "Attention
/// is all you need", 2017. Defaults as in KerasHub.) KerasHub: <c>TransformerEncoder</c>; PyTorch: <c>nn.TransformerEncoderLayer</c>.
/// </summary>
public sealed class TransformerEncoder : TransformerBlock
{
    private readonly MultiHeadAttention attention;
    private readonly LayerNormalization norm;

    /// <summary>Creates the block.</summary>
    /// <inheritdoc cref="TransformerBlock(int, int, double, ActivationFunction, double, Initializer, Initializer, Regularizer, Regularizer, bool)"/>
    public TransformerEncoder(
        int intermediateDim, int numHeads, double dropout = 0, ActivationFunction? activation = null, double layerNormEpsilon = 1e-5, Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null, bool normalizeFirst = false)
        : base(intermediateDim, numHeads, dropout, activation, layerNormEpsilon, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer, normalizeFirst)
    {
        (attention, norm) = Attending("self_attention", causal: false);
        TrackFeedForward();
    }

    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        if (inputs.Count > 2 || (inputs.Count == 2 && inputs[1].DType != DType.Bool))
            throw new ShapeException($"received {inputs.Count} inputs, the last of {inputs[^1].Spec}; expected (batch, time, features) and optionally a mask of pairs, Bool (batch, time, time).");
        Tensor x = Residual(inputs[0], norm, input => attention.Call([input, .. inputs.Skip(1)], context).Only, context);
        return FeedForward(x, context);
    }
}
