using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Attention in which groups of neighbouring heads share keys and values: softmax(q kᵀ / sqrt(headDim)) v for each head, k and v being those of its group. With one head of
/// keys it is multi-query attention, with as many as queries it is <see cref="MultiHeadAttention"/>. Inputs, masks and output are as there; the kernels are (features, heads,
/// headDim) and (heads, headDim, features). (Ainslie et al., "GQA: training generalized multi-query transformer models from multi-head checkpoints", 2023.) Keras:
/// <c>GroupQueryAttention</c>.
/// </summary>
public sealed class GroupQueryAttention : ProjectedAttention
{
    /// <summary>Creates the layer.</summary>
    /// <param name="headDim">The width of a head.</param>
    /// <param name="numQueryHeads">How many heads of queries; a multiple of those of keys.</param>
    /// <param name="numKeyValueHeads">How many heads of keys and values.</param>
    /// <param name="dropout">In training, the share of the softmax's results set to zero.</param>
    /// <param name="useBias">Whether the projections have biases.</param>
    /// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
    /// <param name="biasInitializer">First values of the biases; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on the kernels.</param>
    /// <param name="biasRegularizer">A penalty on the biases.</param>
    /// <param name="kernelConstraint">A rule that the kernels keep in training.</param>
    /// <param name="biasConstraint">A rule that the biases keep in training.</param>
    /// <param name="useCausalMask">Whether step i attends to steps 0 to i alone. In Keras it is an argument of the call.</param>
    /// <param name="returnAttentionScores">Whether the softmax's results, (batch, query heads, time, steps), are a second output. In Keras it is an argument of the call.</param>
    /// <param name="rotaryMaxWavelength">Queries and keys are turned by their positions, as a <see cref="RotaryEmbedding"/> of this wavelength does; null for no turn. (KerasHub's rope_max_wavelength.)</param>
    /// <param name="slidingWindow">A query attends only to keys that are fewer steps than this before or after it; null for any distance. (Beltagy, Peters and Cohan, "Longformer", 2020.)</param>
    /// <param name="useGate">Whether the heads' results are multiplied by sigmoid(x W + b) of the query x before the output's projection. (Qiu et al., "Gated attention for large language models", NeurIPS 2025.)</param>
    public GroupQueryAttention(
        int headDim, int numQueryHeads, int numKeyValueHeads, double dropout = 0, bool useBias = true, Initializer? kernelInitializer = null, Initializer? biasInitializer = null,
        Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null, Constraint? biasConstraint = null,
        bool useCausalMask = false, bool returnAttentionScores = false, double? rotaryMaxWavelength = null, int? slidingWindow = null, bool useGate = false)
        : base(dropout, useBias, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint, useCausalMask, returnAttentionScores, slidingWindow, useGate)
    {
        (HeadDim, NumQueryHeads) = (Setting.Require(headDim, headDim >= 1, "1 or more"), Setting.Require(numQueryHeads, numQueryHeads >= 1, "1 or more"));
        NumKeyValueHeads = Setting.Require(numKeyValueHeads, numKeyValueHeads >= 1 && numQueryHeads % numKeyValueHeads == 0, "a number that divides numQueryHeads");
        RotaryMaxWavelength = Setting.Require(rotaryMaxWavelength, rotaryMaxWavelength is null or > 0, "a number above 0");
        Heads.Rotary = rotaryMaxWavelength is { } wavelength ? new RotaryEmbedding(wavelength) { Name = "rotary" } : null;
    }

    public int HeadDim { get; }
    public int NumQueryHeads { get; }
    public int NumKeyValueHeads { get; }
    public double? RotaryMaxWavelength { get; }

    private protected override void Build(Bundle<TensorSpec> inputs) =>
        Heads.Build(DType, inputs, (NumQueryHeads, NumKeyValueHeads), (HeadDim, HeadDim), null);
}
