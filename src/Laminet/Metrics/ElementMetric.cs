using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A mean over every element of predictions, each held against the target in its place.</summary>
/// <param name="name">The name shown in logs.</param>
public abstract class ElementMetric(string name) : MeanMetric(name)
{
    private readonly Numbers targets = new(), predictions = new();

    /// <summary>The value of one element.</summary>
    protected abstract double Measure(double target, double prediction);

    /// <inheritdoc/>
    protected sealed override ReadOnlySpan<double> Measure(Tensor yTrue, Tensor yPred, out Shape shape)
    {
        Targets.RequireSameShape(GetType().Name, yTrue, yPred);
        shape = yPred.Shape;
        ReadOnlySpan<double> expected = targets.Of(yTrue, yPred.DType);
        Span<double> values = predictions.Of(yPred);
        for (int i = 0; i < values.Length; i++)
            values[i] = Measure(expected[i], values[i]);
        return values;
    }
}
