using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Attention of several heads: softmax(q kᵀ / sqrt(keyDim)) v for each head, with projections of the query to q, the key to k, the value to v, and of all heads' results to the
/// output. One input (batch, time, features) attends to itself; several are query, value, key: [query, value] or [query, value, key]. A last input of Bool, (batch, time,
/// steps), is the mask of pairs: true where a query attends to a key. Masks of the inputs count too; a query that attends to nothing gives the output's bias. The attention is
/// over the one axis of time. Output (batch, time, features of the query). (Vaswani et al., "Attention is all you need", 2017. Weights as in Keras: kernels (features, heads,
/// keyDim) and (heads, valueDim, features).) Keras: <c>MultiHeadAttention</c>; PyTorch: <c>nn.MultiheadAttention</c>.
/// </summary>
public sealed class MultiHeadAttention : ProjectedAttention
{
    /// <summary>Creates the layer.</summary>
    /// <param name="numHeads">How many heads.</param>
    /// <param name="keyDim">The width of a head's queries and keys; the features of the query divided by the heads by default.</param>
    /// <param name="valueDim">The width of a head's values; keyDim by default.</param>
    /// <param name="dropout">In training, the share of the softmax's results set to zero.</param>
    /// <param name="useBias">Whether the projections have biases.</param>
    /// <param name="outputShape">The output's axes after time; the query's features by default.</param>
    /// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
    /// <param name="biasInitializer">First values of the biases; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on the kernels.</param>
    /// <param name="biasRegularizer">A penalty on the biases.</param>
    /// <param name="kernelConstraint">A rule that the kernels keep in training.</param>
    /// <param name="biasConstraint">A rule that the biases keep in training.</param>
    /// <param name="useCausalMask">Whether step i attends to steps 0 to i alone. In Keras it is an argument of the call.</param>
    /// <param name="returnAttentionScores">Whether the softmax's results, (batch, heads, time, steps), are a second output. In Keras it is an argument of the call.</param>
    /// <param name="slidingWindow">A query attends only to keys that are fewer steps than this before or after it; null for any distance. (Beltagy, Peters and Cohan, "Longformer", 2020.)</param>
    /// <param name="useGate">Whether the heads' results are multiplied by sigmoid(x W + b) of the query x before the output's projection. (Qiu et al., "Gated attention for large language models", NeurIPS 2025.)</param>
    public MultiHeadAttention(
        int numHeads, int? keyDim = null, int? valueDim = null, double dropout = 0, bool useBias = true, Shape? outputShape = null, Initializer? kernelInitializer = null,
        Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null,
        Constraint? biasConstraint = null, bool useCausalMask = false, bool returnAttentionScores = false, int? slidingWindow = null, bool useGate = false)
        : base(dropout, useBias, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint, useCausalMask, returnAttentionScores, slidingWindow, useGate)
    {
        (NumHeads, KeyDim, ValueDim) = (Setting.Require(numHeads, numHeads >= 1, "1 or more"), Setting.Require(keyDim, keyDim is null or >= 1, "1 or more"), Setting.Require(valueDim, valueDim is null or >= 1, "1 or more"));
        OutputShape = outputShape;
    }

    public int NumHeads { get; }
    public int? KeyDim { get; }
    public int? ValueDim { get; }
    public Shape? OutputShape { get; }

    private protected override void Build(Bundle<TensorSpec> inputs)
    {
        int features = inputs[0].Shape[-1];
        if (KeyDim is null && features % NumHeads != 0)
            throw new ShapeException($"received an input of shape {inputs[0].Shape}; expected features that {NumHeads} heads can share. Give keyDim.");
        int width = KeyDim ?? features / NumHeads;
        Heads.Build(DType, inputs, (NumHeads, NumHeads), (width, ValueDim ?? width), OutputShape);
    }
}
