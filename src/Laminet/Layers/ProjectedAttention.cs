using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What <see cref="MultiHeadAttention"/> and <see cref="GroupQueryAttention"/> share: projections, masks, and a cache for decoding step by step. With a cache each step is projected once,
/// and its query attends to the keys and values of earlier steps in the cache, so that a step costs no product with earlier steps. In a loop of <c>Flow</c> the cache is written in place.
/// </summary>
/// <example><code>
/// var attention = new MultiHeadAttention(numHeads: 2, useCausalMask: true);
/// Tensor x = Tensor.Ones([1, 5, 8]), all = attention.Call(x);
/// Tensor cache = attention.NewCache(batch: 1, longest: 5);
/// for (int at = 0; at &lt; 5; at++)
/// {
///     (Tensor step, cache) = attention.CallWithCache(x.Slice(at, at + 1, axis: 1), cache, Tensor.Scalar(at));
///     Console.WriteLine($"{step} is {all.Slice(at, at + 1, axis: 1)}");
/// }
/// </code></example>
public abstract class ProjectedAttention : Layer
{
    /// <summary>Takes the settings.</summary>
    /// <param name="dropout">In training, the share of the softmax's results set to zero.</param>
    /// <param name="useBias">Whether the projections have biases.</param>
    /// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
    /// <param name="biasInitializer">First values of the biases; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on the kernels.</param>
    /// <param name="biasRegularizer">A penalty on the biases.</param>
    /// <param name="kernelConstraint">A rule that the kernels keep in training.</param>
    /// <param name="biasConstraint">A rule that the biases keep in training.</param>
    /// <param name="useCausalMask">Whether step i attends to steps 0 to i alone.</param>
    /// <param name="returnAttentionScores">Whether the softmax's results are a second output.</param>
    /// <param name="slidingWindow">A query attends to keys that are fewer steps than this away from it; null for any.</param>
    /// <param name="useGate">Whether the heads' results are multiplied by sigmoids of a projection of the query.</param>
    private protected ProjectedAttention(
        double dropout, bool useBias, Initializer? kernelInitializer, Initializer? biasInitializer, Regularizer? kernelRegularizer, Regularizer? biasRegularizer,
        Constraint? kernelConstraint, Constraint? biasConstraint, bool useCausalMask, bool returnAttentionScores, int? slidingWindow, bool useGate)
    {
        (Dropout, UseBias, UseCausalMask, ReturnAttentionScores) = (Setting.Require(dropout, dropout is >= 0 and < 1, "at least 0 and below 1"), useBias, useCausalMask, returnAttentionScores);
        (KernelInitializer, BiasInitializer) = (kernelInitializer ?? new GlorotUniform(), biasInitializer ?? new Zeros());
        (KernelRegularizer, BiasRegularizer, KernelConstraint, BiasConstraint) = (kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint);
        (SlidingWindow, UseGate) = (Setting.Require(slidingWindow, slidingWindow is null or >= 1, "1 or more, or null for any distance"), useGate);
        Heads = new ProjectedHeads(new(UseBias, KernelInitializer, BiasInitializer, KernelRegularizer, BiasRegularizer, KernelConstraint, BiasConstraint), UseGate, SlidingWindow);
        foreach (Projection part in Heads.Parts)
            Track(part);
    }

    public double Dropout { get; }
    public bool UseBias { get; }
    public Initializer KernelInitializer { get; }
    public Initializer BiasInitializer { get; }
    public Regularizer? KernelRegularizer { get; }
    public Regularizer? BiasRegularizer { get; }
    public Constraint? KernelConstraint { get; }
    public Constraint? BiasConstraint { get; }
    public bool UseCausalMask { get; }
    public bool ReturnAttentionScores { get; }
    public int? SlidingWindow { get; }
    public bool UseGate { get; }

    private protected ProjectedHeads Heads { get; }

    // The mask of the query is that of the output, and not that of the scores.
    private protected override bool PassesMasks => false;

    /// <summary>A cache without steps for <see cref="CallWithCache"/>: zeros, (batch, key heads, longest, width of a key + width of a value). Each position holds a key and then its value.</summary>
    /// <param name="batch">How many sequences.</param>
    /// <param name="longest">How many steps the cache can hold.</param>
    /// <exception cref="InvalidOperationException">The layer was not built, so it does not know the widths.</exception>
    public Tensor NewCache(int batch, int longest)
    {
        RequireBuilt();
        return Heads.NewCache(DType, batch, longest);
    }

    /// <summary>The full cache of sequences that are known beforehand, such as an encoder's output: (batch, key heads, steps, width of a key + width of a value).</summary>
    /// <param name="inputs">The value (batch, steps, features), which is the key too; or the value and the key.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    /// <exception cref="InvalidOperationException">The layer was not built.</exception>
    public Tensor CacheOf(Bundle<Tensor> inputs, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        RequireBuilt();
        if (inputs.Count is not (1 or 2))
            throw new ArgumentException($"{Label}: received {inputs.Count} inputs for a cache; expected the value, or the value and the key. The query has no place in it.", nameof(inputs));
        return RunAs(inputs, context, (all, pass) => Heads.CacheOf(all[0], all[^1], null, pass));
    }

    /// <summary>
    /// The layer's result for the next steps of sequences, and the cache with their keys and values: what <c>Call</c> gives at these steps of the whole sequences (as in KerasHub's
    /// CachedMultiHeadAttention; for inference). Queries attend to the positions written so far; with <c>useCausalMask</c> each to its own position and earlier ones.
    /// </summary>
    /// <param name="inputs">As in <c>Call</c>: the new steps of query, value and key, (batch, time, features); one step in decoding, several for a prompt. A last input of Bool, (batch, time or 1,
    /// longest), is true where a query attends to a position of the cache: give it at every call if prompts are padded on the left. The pass's mask of the query counts, too.</param>
    /// <param name="cache">From <see cref="NewCache"/>, or from the step before.</param>
    /// <param name="position">Where the new steps are written: a scalar of Int32 or Int64, counted from 0. Null to leave the cache as it is: value and key are then not projected, all positions
    /// count, and so do the pass's masks of value and key (as of an encoder's output, see <see cref="CacheOf"/>).</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps reach beyond the end of the cache.</exception>
    /// <exception cref="ShapeException">The cache does not fit the inputs.</exception>
    /// <exception cref="InvalidOperationException">The pass is one of training.</exception>
    public (Tensor Output, Tensor Cache) CallWithCache(Bundle<Tensor> inputs, Tensor cache, Tensor? position, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        Tensor next = cache;
        Tensor output = RunAs(inputs, context, (all, pass) =>
        {
            (Tensor result, next) = Heads.Forward(all, cache, position, pass, UseCausalMask);
            return result;
        });
        return (output, next);
    }

    /// <summary>The layer's result, and the softmax's results, (batch, heads, time, steps), whatever <c>returnAttentionScores</c> says. For inference.</summary>
    internal (Tensor Output, Tensor Scores) CallWithScores(Bundle<Tensor> inputs, CallContext context)
    {
        Tensor? scores = null;
        Tensor output = RunAs(inputs, context, (all, pass) =>
        {
            (Tensor result, scores) = Heads.Forward(all, pass, Dropout, UseCausalMask, returnScores: true);
            return result;
        });
        return (output, scores!);
    }

    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context) => Heads.Forward(inputs, context, Dropout, UseCausalMask, ReturnAttentionScores);

    private void RequireBuilt()
    {
        if (!IsBuilt)
            throw new InvalidOperationException($"Layer {Label} has no cache yet: the width of its heads may depend on its inputs. Call it once, or put it into a model.");
    }
}
