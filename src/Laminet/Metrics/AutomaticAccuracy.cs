using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The share of right answers, where the shapes say how an answer is right, as for Keras's string "accuracy": one score
/// (..., 1) is <see cref="BinaryAccuracy"/>; class numbers against scores (..., classes) <see cref="SparseCategoricalAccuracy"/>; else
/// <see cref="CategoricalAccuracy"/>.
/// </summary>
/// <param name="name">The name shown in logs.</param>
public sealed class AutomaticAccuracy(string? name = null) : Metric(name ?? "accuracy", sums: 2)
{
    private readonly BinaryAccuracy binary = new();
    private readonly SparseCategoricalAccuracy sparse = new();
    private readonly CategoricalAccuracy categorical = new();

    /// <inheritdoc/>
    public override double Result() => Ratio(Sums[0], Sums[1]);

    /// <inheritdoc/>
    protected override void Gather(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        Metric chosen = Choose(yTrue.Shape, yPred.Shape);
        chosen.Reset();
        chosen.Update(yTrue, yPred, sampleWeight);
        for (int i = 0; i < Sums.Length; i++)
            Sums[i] += chosen.State[i];
    }

    // A vector (n,) of predictions is n examples of one score each.
    private Metric Choose(Shape targets, Shape predictions) =>
        predictions.Rank < 2 || predictions[-1] == 1 ? binary
        : targets.Rank < predictions.Rank || targets[-1] == 1 ? sparse
        : categorical;

    internal static AutomaticAccuracy FromConfig(JsonObject config) => new(NameIn(config));
}
