using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A mean over every element of predictions, each held against the target in its place.</summary>
/// <param name="name">The name shown in logs.</param>
public abstract class ElementMetric(string name) : MeanMetric(name)
{
    /// <summary>The value of one element.</summary>
    protected abstract double Measure(double target, double prediction);

    /// <inheritdoc/>
    protected sealed override (double[] Values, Shape Shape) Measure(Tensor yTrue, Tensor yPred)
    {
        double[] targets = Values.Of(Targets.SameShape(GetType().Name, yTrue, yPred));
        double[] predictions = Values.Of(yPred);
        for (int i = 0; i < targets.Length; i++)
            predictions[i] = Measure(targets[i], predictions[i]);
        return (predictions, yPred.Shape);
    }
}
