using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The accuracy that the shapes call for, as for Keras's string "accuracy": for one score (..., 1) <see cref="BinaryAccuracy"/>; for class numbers against scores (...,
/// classes) <see cref="SparseCategoricalAccuracy"/>; otherwise <see cref="CategoricalAccuracy"/>. The result is sum(w c) / sum(w) with the weights w and c = 1 for a right
/// answer, else c = 0. Keras: <c>accuracy</c>, as a metric's name.
/// </summary>
/// <remarks>
/// Multi-label targets are several binary answers: if the targets have the shape of predictions that are a sigmoid, such as those of
/// <c>new Dense(20, "sigmoid")</c>, each label counts separately, as in <see cref="BinaryAccuracy"/>. (Keras compares the largest entries there.)
/// For predictions that are not a sigmoid, such as logits, pass the metric itself: <c>new BinaryAccuracy(threshold: 0)</c>.
/// </remarks>
/// <param name="name">The name shown in logs.</param>
public sealed class AutomaticAccuracy(string? name = null) : MeanMetric(name ?? "accuracy")
{
    private readonly BinaryAccuracy binary = new();
    private readonly SparseCategoricalAccuracy sparse = new();
    private readonly CategoricalAccuracy categorical = new();

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred) => Choose(yTrue.Shape, yPred.Shape, yPred.SigmoidLogits is not null).ValuesOf(yTrue, yPred);

    // A vector (n,) of predictions is n examples of one score each.
    private MeanMetric Choose(Shape targets, Shape predictions, bool areSigmoids) =>
        predictions.Rank < 2 || predictions[-1] == 1 || (areSigmoids && targets == predictions) ? binary
        : targets.Rank < predictions.Rank || targets[-1] == 1 ? sparse
        : categorical;
}
