using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What a layer's computation may know and leave behind: training or not, random keys, extra losses.</summary>
public sealed class CallContext
{
    private readonly RandomKey key;
    private readonly List<Tensor> losses = [];
    private ulong draws;

    /// <summary>Creates the context of one pass through a model.</summary>
    /// <param name="training">Whether layers behave as in training (dropout drops, batch normalisation uses the batch).</param>
    /// <param name="key">Where the pass's random numbers come from.</param>
    public CallContext(bool training, RandomKey key) => (Training, this.key) = (training, key);

    /// <summary>Whether layers behave as in training.</summary>
    public bool Training { get; }

    /// <summary>The extra losses that layers added in this pass, scalars.</summary>
    public IReadOnlyList<Tensor> Losses => losses;

    /// <summary>
    /// A key nobody else in this pass has: layers are called in a fixed order, so it is a function of seed, step and layer. A layer draws its random
    /// numbers from it, as in <c>context.NextKey().Uniform(x.Shape)</c>. C#'s <c>Random</c> would draw once, while the step is compiled, and every step
    /// would use these same numbers.
    /// </summary>
    public RandomKey NextKey() => key.Fold(draws++);

    /// <summary>Adds a scalar to the loss, as an activity penalty does.</summary>
    public void AddLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        losses.Add(loss);
    }
}
