using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What the attentions without projections share: softmax(score(q, k)) v. Inputs [query, value] or [query, value, key], (batch, time, features) and twice (batch, steps, features). Steps
/// of the value that its mask leaves out have the score -1e9 (-3e4 in Float16), where Keras subtracts as much; where all are left out, all count alike. Where the query's mask leaves a step out the output is 0.
/// </summary>
/// <param name="dropout">In training, the share of the softmax's results set to zero.</param>
/// <param name="useCausalMask">Whether step i attends to steps 0 to i alone. In Keras it is an argument of the call.</param>
/// <param name="returnAttentionScores">Whether the softmax's results, (batch, time, steps), are a second output. In Keras it is an argument of the call.</param>
public abstract class ScoredAttention(double dropout, bool useCausalMask, bool returnAttentionScores) : Layer
{
    public double Dropout { get; } = Setting.Require(dropout, dropout is >= 0 and < 1, "at least 0 and below 1");
    public bool UseCausalMask { get; } = useCausalMask;
    public bool ReturnAttentionScores { get; } = returnAttentionScores;

    protected override bool SupportsMasking => true;

    /// <summary>(batch, time, features) and (batch, steps, features) to (batch, time, steps).</summary>
    private protected abstract Tensor Score(Tensor query, Tensor key);

    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        if (inputs.Count is < 2 or > 3 || inputs.Any(input => input.Rank != 3))
            throw new ShapeException($"received inputs of shapes {string.Join(", ", inputs.Select(input => input.Shape))}; expected a query (batch, time, features), a value (batch, steps, features), and optionally a key like the value.");
        (Tensor query, Tensor value, Tensor key) = (inputs[0], inputs[1], inputs[^1]);
        Tensor scores = Score(query, key);
        if (Counts(value, scores.Shape, context) is { } counts)
            scores = Tensor.Where(counts, scores, Tensor.Scalar(scores.DType == DType.Float16 ? -3e4 : -1e9, scores.DType));
        Tensor shares = scores.Softmax();
        if (context.Training && Dropout > 0)
            shares = shares.Dropout(context.NextKey(), Dropout);
        Tensor result = shares.MatMul(value);
        if (context.MaskOf(query) is { } steps)
            result = Tensor.Where(steps.ExpandDims(-1), result, Tensor.Scalar(0, result.DType));
        return ReturnAttentionScores ? [result, shares] : result;
    }

    private Tensor? Counts(Tensor value, Shape scores, CallContext context)
    {
        Tensor? steps = context.MaskOf(value)?.ExpandDims(1);
        if (!UseCausalMask)
            return steps;
        Tensor earlier = Tensor.Range(0, scores[2], DType.Int32).LessEqual(Tensor.Range(0, scores[1], DType.Int32).ExpandDims(-1));
        return steps?.And(earlier) ?? earlier;
    }
}
