using System.Globalization;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics.Reports;

/// <summary>The examples with the largest losses: where to look first for wrong labels and for what the model does not understand.</summary>
public sealed class TopLosses
{
    private TopLosses(int[] indices, double[] losses, Tensor targets, Tensor predictions) =>
        (Indices, Losses, Targets, Predictions) = (indices, losses, targets, predictions);

    /// <summary>The indices of the examples, the largest loss first.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>Their losses; for examples of several values the mean of their losses.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>Their targets, in the same order.</summary>
    public Tensor Targets { get; }

    /// <summary>Their predictions, in the same order.</summary>
    public Tensor Predictions { get; }

    /// <summary>Finds them.</summary>
    /// <param name="loss">The loss, such as <c>"mse"</c>; its reduction does not matter.</param>
    /// <param name="targets">The targets of all examples.</param>
    /// <param name="predictions">The predictions of all examples, such as <c>model.Predict(x)</c>.</param>
    /// <param name="count">How many, at most.</param>
    /// <exception cref="ArgumentException">The loss is one number for the whole batch.</exception>
    public static TopLosses Of(Loss loss, Tensor targets, Tensor predictions, int count = 10)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Tensor each = loss.Each(targets, predictions).Losses;
        if (each.Rank == 0 || each.Shape[0] != predictions.Shape[0])
        {
            throw new ArgumentException($"{nameof(TopLosses)}: the loss '{loss.Name}' has the shape {each.Shape} for predictions of shape {predictions.Shape}; expected one for each example. "
                + "Give it an axis that leaves the examples apart.", nameof(loss));
        }

        int examples = each.Shape[0];
        double[] losses = each.Cast(DType.Float64).Reshape([examples, each.Length / Math.Max(1, examples)]).Mean(-1).ToArray<double>();
        // NaN first: it is what to look at.
        int[] indices = [.. Enumerable.Range(0, examples).OrderByDescending(place => double.IsNaN(losses[place]) ? double.PositiveInfinity : losses[place]).Take(count)];
        Tensor places = Tensor.From(indices);
        return new TopLosses(indices, [.. indices.Select(place => losses[place])], targets.Gather(places), predictions.Gather(places));
    }

    /// <summary>A table of indices and losses.</summary>
    public override string ToString() => TextTable.Of(
        ["example", "loss"], [.. Indices.Select((place, rank) => (string[])[place.ToString(CultureInfo.InvariantCulture), TextTable.Fixed(Losses[rank], 4)])]);
}
