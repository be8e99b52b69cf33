using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Tensors;

namespace Laminet.Text.Metrics;

/// <summary>
/// The perplexity of a language model: exp(sum of -ln p(token) / number of tokens) over all batches since the last reset. Predictions (..., tokens), targets (...) or (..., 1). Tokens of
/// weight 0 and those of <see cref="MaskTokenId"/> are left out.
/// </summary>
/// <example><code>
/// model.Compile("adam", "sparse_categorical_crossentropy", [new Perplexity(fromLogits: false)]);
/// </code></example>
public sealed class Perplexity : Metric
{
    private readonly SparseCategoricalCrossentropy loss;
    private readonly Variable nats, tokens;

    /// <summary>Creates the metric.</summary>
    /// <param name="fromLogits">True for predictions before softmax; false for probabilities.</param>
    /// <param name="maskTokenId">A target that does not count, such as that of padding; null for none.</param>
    /// <param name="name">The name shown in logs.</param>
    public Perplexity(bool fromLogits = true, int? maskTokenId = null, string name = "perplexity")
        : base(name)
    {
        (FromLogits, MaskTokenId) = (fromLogits, maskTokenId);
        loss = new SparseCategoricalCrossentropy(fromLogits, maskTokenId, LossReduction.None);
        (nats, tokens) = (AddVariable("nats"), AddVariable("tokens"));
    }

    /// <summary>Whether the predictions are before softmax.</summary>
    public bool FromLogits { get; }

    /// <summary>The target that does not count.</summary>
    public int? MaskTokenId { get; }

    /// <inheritdoc/>
    public override Tensor Result() => Ratio(nats.Value, tokens.Value).Exp();

    /// <inheritdoc/>
    protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Tensor losses = loss.Call(yTrue, yPred).Cast(DType.Float64), weights = Tensor.Ones(losses.Shape, DType.Float64);
        if (MaskTokenId is { } ignored)
            weights = yTrue.Reshape(losses.Shape).NotEqual(ignored).Cast(DType.Float64);
        if (sampleWeight is not null)
            weights *= SampleWeights.For(nameof(Perplexity), sampleWeight, losses.Shape)!.Cast(DType.Float64);
        Add(nats, Tensor.Where(weights.Equal(0), Tensor.Scalar(0.0), losses * weights).Sum());
        Add(tokens, weights.Sum());
    }
}
