using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the blocks of a transformer share: each part is added to what it was given, and the sum, or what the part is given, is normalised.</summary>
public abstract class TransformerBlock : Layer
{
    private readonly Projection up, down;
    private readonly LayerNormalization feedForwardNorm;

    /// <summary>Takes the settings.</summary>
    /// <param name="intermediateDim">The width between the two dense layers of the feed-forward part.</param>
    /// <param name="numHeads">How many heads the attention has; they share the features.</param>
    /// <param name="dropout">In training, the share of each part's results, and of the attention's softmax, set to zero.</param>
    /// <param name="activation">The function between the two dense layers; relu by default.</param>
    /// <param name="layerNormEpsilon">The epsilon of the normalisations.</param>
    /// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
    /// <param name="biasInitializer">First values of the biases; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on the kernels.</param>
    /// <param name="biasRegularizer">A penalty on the biases.</param>
    /// <param name="normalizeFirst">Whether what a part is given is normalised, as in GPT-2; if not, the sum is, as in BERT.</param>
    private protected TransformerBlock(
        int intermediateDim, int numHeads, double dropout, ActivationFunction? activation, double layerNormEpsilon, Initializer? kernelInitializer, Initializer? biasInitializer,
        Regularizer? kernelRegularizer, Regularizer? biasRegularizer, bool normalizeFirst)
    {
        (IntermediateDim, NumHeads) = (Setting.Require(intermediateDim, intermediateDim >= 1, "1 or more"), Setting.Require(numHeads, numHeads >= 1, "1 or more"));
        (Dropout, Activation, LayerNormEpsilon) = (Setting.Require(dropout, dropout is >= 0 and < 1, "at least 0 and below 1"), activation ?? ActivationFunction.Relu, Setting.Require(layerNormEpsilon, layerNormEpsilon > 0, "a number above 0"));
        (KernelInitializer, BiasInitializer) = (kernelInitializer ?? new GlorotUniform(), biasInitializer ?? new Zeros());
        (KernelRegularizer, BiasRegularizer, NormalizeFirst) = (kernelRegularizer, biasRegularizer, normalizeFirst);
        ProjectionSettings settings = new(true, KernelInitializer, BiasInitializer, KernelRegularizer, BiasRegularizer);
        (up, down) = (new Projection(settings) { Name = "feedforward_intermediate_dense", Units = [IntermediateDim] }, new Projection(settings) { Name = "feedforward_output_dense" });
        feedForwardNorm = new LayerNormalization(epsilon: LayerNormEpsilon) { Name = "feedforward_layer_norm" };
    }

    public int IntermediateDim { get; }
    public int NumHeads { get; }
    public double Dropout { get; }
    public ActivationFunction Activation { get; }
    public double LayerNormEpsilon { get; }
    public Initializer KernelInitializer { get; }
    public Initializer BiasInitializer { get; }
    public Regularizer? KernelRegularizer { get; }
    public Regularizer? BiasRegularizer { get; }
    public bool NormalizeFirst { get; }

    /// <summary>The mask of the first input goes with the output.</summary>
    protected override bool SupportsMasking => true;

    /// <summary>An attention and the normalisation that belongs to it.</summary>
    private protected (MultiHeadAttention Attention, LayerNormalization Norm) Attending(string name, bool causal) =>
    (
        Track(new MultiHeadAttention(
            NumHeads, dropout: Dropout, kernelInitializer: KernelInitializer, biasInitializer: BiasInitializer, kernelRegularizer: KernelRegularizer, biasRegularizer: BiasRegularizer, useCausalMask: causal)
        { Name = name }),
        Track(new LayerNormalization(epsilon: LayerNormEpsilon) { Name = $"{name}_layer_norm" }));

    /// <summary>The last part, tracked after the attentions.</summary>
    private protected void TrackFeedForward()
    {
        Track(up);
        Track(down);
        Track(feedForwardNorm);
    }

    private protected override void Build(Bundle<TensorSpec> inputs)
    {
        down.Units = [inputs[0].Shape[-1]];
        foreach (Layer part in Sublayers)
            part.AdoptDType(DType);
    }

    private protected Tensor FeedForward(Tensor x, CallContext context) =>
        Residual(x, feedForwardNorm, input => down.Call(Activation.Call(up.Call(input, context)), context), context);

    /// <summary>norm(x + part(x)), or x + part(norm(x)).</summary>
    private protected Tensor Residual(Tensor x, LayerNormalization norm, Func<Tensor, Tensor> part, CallContext context)
    {
        Tensor result = part(NormalizeFirst ? norm.Call(x, context) : x);
        if (context.Training && Dropout > 0)
            result = result.Dropout(context.NextKey(), Dropout);
        return NormalizeFirst ? x + result : norm.Call(x + result, context);
    }
}
