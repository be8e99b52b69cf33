using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Attention by products, without projections: softmax(q kᵀ) v. Inputs [query, value] or [query, value, key]: (batch, time, features) and twice (batch, steps, features); the
/// key is the value if it is left out. Output (batch, time, features of the value). Where the value's mask or the causal mask leaves out all steps, all count alike; where the
/// query's mask leaves a step out the output is 0. (Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation", 2015.) Keras:
/// <c>Attention</c>.
/// </summary>
/// <param name="useScale">Whether the scores are multiplied by a learned number, which starts with 1. With <see cref="ScoreMode.Concat"/> it multiplies q + k.</param>
/// <param name="scoreMode">How a query and a key are compared.</param>
/// <param name="dropout">In training, the share of the softmax's results set to zero.</param>
/// <param name="useCausalMask">Whether step i attends to steps 0 to i alone. In Keras it is an argument of the call.</param>
/// <param name="returnAttentionScores">Whether the softmax's results, (batch, time, steps), are a second output. In Keras it is an argument of the call.</param>
public sealed class Attention(
    bool useScale = false, ScoreMode scoreMode = ScoreMode.Dot, double dropout = 0, bool useCausalMask = false, bool returnAttentionScores = false)
    : ScoredAttention(dropout, useCausalMask, returnAttentionScores)
{
    private Variable? scale, weight;

    public bool UseScale { get; } = useScale;
    public ScoreMode ScoreMode { get; } = scoreMode;

    protected override void Build(Shape input)
    {
        scale = UseScale ? AddWeight("scale", [], new Ones()) : null;
        weight = ScoreMode == ScoreMode.Concat ? AddWeight("concat_score_weight", [], new Ones()) : null;
    }

    private protected override Tensor Score(Tensor query, Tensor key)
    {
        if (weight is null)
            return Scaled(query.MatMul(key, transposeOther: true));
        return weight.Value * Scaled(query.ExpandDims(2) + key.ExpandDims(1)).Tanh().Sum(-1);

        Tensor Scaled(Tensor tensor) => scale is null ? tensor : tensor * scale.Value;
    }
}
