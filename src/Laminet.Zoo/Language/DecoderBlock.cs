using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>A block of <see cref="CausalLanguageModel"/>: x + attention(norm(x)), then x + feedForward(norm(x)); gated, the second is down(activation(gate(x)) up(x)).</summary>
internal sealed class DecoderBlock : Layer
{
    private readonly GroupQueryAttention attention;
    private readonly Layer attentionNorm, feedForwardNorm;
    private readonly Dense? gate;
    private readonly Dense up, down;
    private readonly double dropout;

    public DecoderBlock(CausalLanguageModel model)
    {
        (DType, dropout) = (model.WeightType, model.Dropout);
        attentionNorm = Track(model.Norm("attention_norm"));
        attention = Track(new GroupQueryAttention(
            model.HeadDim, model.NumHeads, model.NumKeyValueHeads, dropout, model.UseBias, CausalLanguageModel.First(), useCausalMask: true, rotaryMaxWavelength: model.RotaryMaxWavelength)
        { Name = "attention", DType = DType });
        feedForwardNorm = Track(model.Norm("feed_forward_norm"));
        gate = model.IsGated ? Track(Wide("gate", model.Activation)) : null;
        up = Track(Wide("up", model.IsGated ? null : model.Activation));
        down = Track(new Dense(model.Width, useBias: model.UseBias, kernelInitializer: CausalLanguageModel.First()) { Name = "down", DType = DType });

        Dense Wide(string name, ActivationFunction? activation) =>
            new(model.IntermediateDim, activation, model.UseBias, CausalLanguageModel.First()) { Name = name, DType = DType };
    }

    public Tensor NewCache(int batch, int length) => attention.NewCache(batch, length);

    /// <summary>The block's result for the next steps, and the cache with them.</summary>
    /// <param name="x">The steps, (batch, steps, width).</param>
    /// <param name="cache">From <see cref="NewCache"/>, or from the step before.</param>
    /// <param name="position">Where they begin.</param>
    /// <param name="counts">Which positions of the cache are no padding, (batch, 1, length); null for all.</param>
    /// <param name="context">The pass.</param>
    public (Tensor Output, Tensor Cache) Next(Tensor x, Tensor cache, Tensor position, Tensor? counts, CallContext context)
    {
        Tensor normed = attentionNorm.Call(x, context);
        (Tensor attended, cache) = attention.CallWithCache(counts is null ? normed : [normed, counts], cache, position, context);
        return (FeedForward(x + attended, context), cache);
    }

    protected override Tensor Forward(Tensor input, CallContext context) =>
        FeedForward(input + Dropped(attention.Call(attentionNorm.Call(input, context), context), context), context);

    private Tensor FeedForward(Tensor x, CallContext context)
    {
        Tensor normed = feedForwardNorm.Call(x, context), wide = up.Call(normed, context);
        if (gate is not null)
            wide = gate.Call(normed, context) * wide;
        return x + Dropped(down.Call(wide, context), context);
    }

    private Tensor Dropped(Tensor x, CallContext context) => context.Training && dropout > 0 ? x.Dropout(context.NextKey(), dropout) : x;
}
