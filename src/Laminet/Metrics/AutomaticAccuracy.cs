using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of right answers, where the shapes say how an answer is right, as for Keras's string "accuracy": one score
/// (..., 1) is <see cref="BinaryAccuracy"/>; class numbers against scores (..., classes) <see cref="SparseCategoricalAccuracy"/>; else
/// <see cref="CategoricalAccuracy"/>.
/// </summary>
/// <remarks>
/// Several labels at once (multi-label) are several yes-or-no answers: where targets have the shape of predictions that are a sigmoid, such as those of
/// <c>new Dense(20, "sigmoid")</c>, each label counts for itself, as in <see cref="BinaryAccuracy"/>. (Keras takes the largest for the one class there.)
/// For predictions that are no sigmoid's, such as logits, name the metric: <c>new BinaryAccuracy(threshold: 0)</c>.
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
