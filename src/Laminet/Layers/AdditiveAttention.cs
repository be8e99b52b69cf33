using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Attention by sums, without projections: softmax(sum(scale tanh(q + k))) v. Inputs [query, value] or [query, value, key]: (batch, time, features) and twice (batch, steps,
/// features); the key is the value if it is left out. Output (batch, time, features of the value). Masks are as in <see cref="Attention"/>. (Bahdanau, Cho and Bengio, "Neural
/// machine translation by jointly learning to align and translate", 2015.) Keras: <c>AdditiveAttention</c>.
/// </summary>
/// <param name="useScale">Whether there is a learned factor for each feature; if not, it is 1.</param>
/// <param name="dropout">In training, the share of the softmax's results set to zero.</param>
/// <param name="useCausalMask">Whether step i attends to steps 0 to i alone. In Keras it is an argument of the call.</param>
/// <param name="returnAttentionScores">Whether the softmax's results, (batch, time, steps), are a second output. In Keras it is an argument of the call.</param>
public sealed class AdditiveAttention(bool useScale = true, double dropout = 0, bool useCausalMask = false, bool returnAttentionScores = false)
    : ScoredAttention(dropout, useCausalMask, returnAttentionScores)
{
    private Variable? scale;

    public bool UseScale { get; } = useScale;

    protected override void Build(Shape input) => scale = UseScale ? AddWeight("scale", [input[-1]], new GlorotUniform()) : null;

    private protected override Tensor Score(Tensor query, Tensor key)
    {
        Tensor angles = (query.ExpandDims(2) + key.ExpandDims(1)).Tanh();
        return (scale is null ? angles : angles * scale.Value).Sum(-1);
    }
}
