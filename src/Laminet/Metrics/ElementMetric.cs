using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A mean over all elements of the predictions, each compared with the target at the same position.</summary>
/// <param name="name">The name shown in logs.</param>
public abstract class ElementMetric(string name) : MeanMetric(name)
{
    /// <summary>The value of each element, of any type; true counts as 1.</summary>
    /// <param name="target">The targets as Float64, after they were rounded to the predictions' type.</param>
    /// <param name="prediction">The predictions as Float64, of the same shape.</param>
    protected abstract Tensor Measure(Tensor target, Tensor prediction);

    /// <inheritdoc/>
    protected sealed override Tensor Values(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        return Measure(Targets.SameShape(GetType().Name, yTrue, yPred).Cast(DType.Float64), yPred.Cast(DType.Float64));
    }
}
