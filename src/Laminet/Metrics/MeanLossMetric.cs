using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>The weighted mean of a loss over all examples. An example that the loss leaves out, such as one of an ignored class, does not count.</summary>
/// <param name="loss">The loss; its own reduction does not matter.</param>
/// <param name="name">The name shown in logs.</param>
public abstract class MeanLossMetric(Loss loss, string name) : MeanMetric(name)
{
    /// <summary>The loss.</summary>
    public Loss Loss { get; } = loss;

    private protected sealed override (Tensor Values, Tensor? Counts) Counted(Tensor yTrue, Tensor yPred) => Loss.Each(yTrue, yPred);

    /// <inheritdoc/>
    protected sealed override Tensor Values(Tensor yTrue, Tensor yPred) => Loss.Each(yTrue, yPred).Losses;
}
