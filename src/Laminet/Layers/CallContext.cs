using System.Runtime.CompilerServices;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What a layer's computation may know and leave behind: training or not, random keys, masks, extra losses.</summary>
public sealed class CallContext
{
    private readonly RandomKey key;
    private readonly List<Tensor> losses = [];
    private readonly Action<string>? warn;
    private ConditionalWeakTable<Tensor, Tensor>? masks;
    private RandomKey? onlyKey;

    /// <summary>Creates the context of one pass through a model.</summary>
    /// <param name="training">Whether layers behave as in training (dropout drops, batch normalisation uses the batch).</param>
    /// <param name="key">Where the pass's random numbers come from; a training step needs another for each step, see <see cref="RandomStream"/>.</param>
    public CallContext(bool training = false, RandomKey key = default) => (Training, this.key) = (training, key);

    internal CallContext(bool training, RandomKey key, Action<string> warn) : this(training, key) => this.warn = warn;

    /// <summary>The context of a training pass through a layer that draws one key: this one.</summary>
    internal static CallContext OfKey(RandomKey key) => new(training: true) { onlyKey = key };

    /// <summary>The context of a pass that works out shapes.</summary>
    internal static CallContext OfShapes(Action<Layer, Bundle<Tensor>>? called = null) => new(training: true) { IsOfShapes = true, Called = called };

    /// <summary>Whether layers behave as in training.</summary>
    public bool Training { get; }

    /// <summary>
    /// Whether an <see cref="Input"/> of whole numbers takes floating-point ones and passes them on as they are; false by default. For gradients by an image that a model takes as bytes: bytes have none.
    /// </summary>
    public bool TakesFloats { get; init; }

    /// <summary>The extra losses that layers added in this pass, scalars.</summary>
    public IReadOnlyList<Tensor> Losses => losses;

    /// <summary>The loss of each output, without loss weights, as it was last computed in this pass: for the logs.</summary>
    internal IReadOnlyList<Tensor?>? OutputLosses { get; set; }

    /// <summary>What the sum of each of these losses was divided by; null for one that is a sum.</summary>
    internal IReadOnlyList<Tensor?>? OutputDivisors { get; set; }

    /// <summary>The layers whose Forward is being run, the innermost last.</summary>
    internal List<Layer> Running { get; } = [];

    /// <summary>How many keys were drawn in this pass. Code that is traced again must draw the same ones.</summary>
    internal ulong Draws { get; set; }

    /// <summary>Whether the pass only infers shapes. Such a pass gives no warnings.</summary>
    internal bool IsOfShapes { get; private init; }

    /// <summary>Called after each layer of the pass, with its outputs.</summary>
    internal Action<Layer, Bundle<Tensor>>? Called { get; init; }

    /// <summary>
    /// A key that is used once in this pass: layers are called in a fixed order, so it is a function of seed, step and layer. A layer draws its random
    /// numbers from it, as in <c>context.NextKey().Uniform(x.Shape)</c>. C#'s <c>Random</c> would draw once, while the step is compiled, and every step
    /// would use these same numbers.
    /// </summary>
    public RandomKey NextKey() => onlyKey ?? key.Fold(Draws++);

    /// <summary>Adds a scalar to the loss, as an activity penalty does.</summary>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    public void AddLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Rank != 0)
            throw new ShapeException($"AddLoss: received a tensor of shape {loss.Shape}; expected a scalar. Take its Mean or Sum.");
        losses.Add(loss);
    }

    /// <summary>Takes back the losses that were added last.</summary>
    /// <param name="first">How many stay.</param>
    internal IReadOnlyList<Tensor> TakeLosses(int first)
    {
        Tensor[] taken = [.. losses.Skip(first)];
        losses.RemoveRange(first, taken.Length);
        return taken;
    }

    /// <summary>Adds the penalty of a tensor to the loss.</summary>
    internal void AddPenalty(Regularizer? regularizer, Tensor output)
    {
        if (regularizer is not null)
            AddLoss(regularizer.Call(output));
    }

    /// <summary>Which steps of a tensor of this pass count: Bool, (batch, time); null where all do. The rest is padding.</summary>
    public Tensor? MaskOf(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return masks is not null && masks.TryGetValue(tensor, out Tensor? mask) ? mask : null;
    }

    /// <summary>Says which steps of a tensor of this pass count. A layer's output gets its mask by <c>Layer.ComputeMask</c>.</summary>
    /// <param name="tensor">The tensor, (batch, time, ...).</param>
    /// <param name="mask">True where a step counts: Bool, (batch, time). Null for all.</param>
    /// <exception cref="ShapeException">The mask is not of the tensor's first axes.</exception>
    /// <exception cref="DTypeException">The mask is not Bool.</exception>
    public void SetMask(Tensor tensor, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (mask is null)
        {
            masks?.Remove(tensor);
            return;
        }

        if (mask.DType != DType.Bool)
            throw new DTypeException($"received a mask of {mask.Spec}; expected Bool, true where a step counts. Compare the tensor, for instance with NotEqual(0).");
        if (mask.Rank > tensor.Rank || !mask.Shape.SequenceEqual(tensor.Shape.Take(mask.Rank)))
            throw new ShapeException($"received a mask of shape {mask.Shape} for a tensor of shape {tensor.Shape}; expected its first axes, (batch, time).");
        (masks ??= []).AddOrUpdate(tensor, mask);
    }

    /// <summary>Records that a Forward reads a trainable variable which is not a weight of the running layers. It must be a weight of the model.</summary>
    internal void NoteRead(Variable variable)
    {
        // The innermost layer first: it is nearly always its own weight, and the list of a whole model is long.
        if (variable.Trainable && Running.Count > 0 && Running.FindLastIndex(layer => layer.Weights.Contains(variable)) < 0)
            Running[^1].NoteRead(variable);
    }

    internal void Warn(string message)
    {
        if (warn is not null)
            warn(message);
        else
            Console.Error.WriteLine($"warning: {message}");
    }
}
