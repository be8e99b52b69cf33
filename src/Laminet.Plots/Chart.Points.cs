using System.Globalization;
using Laminet.Tensors;
using ScottPlot;

namespace Laminet.Plots;

/// <content>Points of the plane.</content>
public sealed partial class Chart
{
    private const int MostLegend = 30;

    /// <summary>Points, coloured by class: features of a network after PCA or t-SNE, for instance.</summary>
    /// <param name="points">(examples, 2), finite.</param>
    /// <param name="labels">The class of each, (examples,), whole numbers from 0; null for one colour. Colours repeat after 20 classes.</param>
    /// <param name="names">The names of the classes for the legend; null for their numbers. Only the first 30 classes stand there.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="ShapeException">The shapes are others.</exception>
    /// <exception cref="ArgumentException">A number is NaN or infinite, or a label has no name.</exception>
    public static Chart Scatter(Tensor points, Tensor? labels = null, IReadOnlyList<string>? names = null, string title = "")
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(title);
        if (points.Rank != 2 || points.Shape[1] != 2 || points.Shape[0] == 0)
            throw new ShapeException($"Scatter: received points of shape {points.Shape}; expected (examples, 2), at least one. Columns beyond can be left out: points.Slice(0, 2, axis: 1).");
        int examples = points.Shape[0];
        int[] classes = labels is null ? new int[examples] : Labels("Scatter", labels, examples, names);
        double[] numbers = points.Cast(DType.Float64).ToArray<double>();
        if (!Array.TrueForAll(numbers, double.IsFinite))
            throw new ArgumentException("Scatter: the points hold NaN or infinity; expected finite numbers. Leave those examples out.", nameof(points));
        Plot plot = new();
        foreach (IGrouping<int, int> group in Enumerable.Range(0, examples).GroupBy(place => classes[place]).OrderBy(group => group.Key))
        {
            int[] own = [.. group];
            ScottPlot.Plottables.Scatter markers = plot.Add.ScatterPoints(own.Select(place => numbers[2 * place]).ToArray(), own.Select(place => numbers[(2 * place) + 1]).ToArray(), ColorOf(group.Key % 20));
            markers.MarkerSize = examples > 2000 ? 3 : 6;
            if (labels is not null && group.Key < MostLegend)
                markers.LegendText = Line(names?[group.Key] ?? group.Key.ToString(CultureInfo.InvariantCulture));
        }

        plot.Title(Line(title));
        if (labels is not null)
            plot.ShowLegend(Edge.Right);
        return new Chart([plot], 1, 820, 640);
    }

    private static int[] Labels(string who, Tensor labels, int examples, IReadOnlyList<string>? names)
    {
        if (labels.Length != examples || labels.Rank is < 1 or > 2)
            throw new ShapeException($"{who}: received labels of shape {labels.Shape} for {examples} examples; expected one class number for each, ({examples},).");
        if (labels.DType.IsFloat())
            throw new DTypeException($"{who}: received labels of {labels.DType}; expected class numbers of a whole type, such as Int32. Cast them, or take ArgMax of scores.");
        int[] numbers = labels.Cast(DType.Int32).ToArray<int>();
        int end = names?.Count ?? int.MaxValue;
        return Array.Find(numbers, number => number < 0 || number >= end) is var wrong && (wrong < 0 || wrong >= end)
            ? throw new ArgumentException($"{who}: received the label {wrong}; expected 0 to {end - 1}{(names is null ? "" : ", as there are names")}.", nameof(labels))
            : numbers;
    }
}
