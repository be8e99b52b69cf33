using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of right answers, where the shapes say how an answer is right, as for Keras's string "accuracy": one score
/// (..., 1) is <see cref="BinaryAccuracy"/>; class numbers against scores (..., classes) <see cref="SparseCategoricalAccuracy"/>; else
/// <see cref="CategoricalAccuracy"/>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class AutomaticAccuracy(string? name = null) : MeanMetric(name ?? "accuracy")
{
    private readonly BinaryAccuracy binary = new();
    private readonly SparseCategoricalAccuracy sparse = new();
    private readonly CategoricalAccuracy categorical = new();

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred) => Choose(yTrue.Shape, yPred.Shape).ValuesOf(yTrue, yPred);

    // A vector (n,) of predictions is n examples of one score each.
    private MeanMetric Choose(Shape targets, Shape predictions) =>
        predictions.Rank < 2 || predictions[-1] == 1 ? binary
        : targets.Rank < predictions.Rank || targets[-1] == 1 ? sparse
        : categorical;
}
