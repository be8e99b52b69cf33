using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Laminet.Configuration;
using Laminet.Training;
using ScottPlot;

namespace Laminet.Plots;

/// <content>The figures of a training.</content>
public sealed partial class Chart
{
    private const int PanelWidth = 620, PanelHeight = 380;
    private const string Validation = "val_", Epoch = "epoch";

    // Axes of larger numbers overflow.
    private const double LargestNumber = 1e300;

    /// <summary>The figures a chart of a training may have.</summary>
    internal const int MostFigures = 24;

    /// <summary>The figures of each epoch, a panel for each figure, with that of the validation (val_...) beside it.</summary>
    /// <param name="history">What Fit returned.</param>
    /// <param name="figures">Which figures, in this order; null for all, the loss first.</param>
    /// <exception cref="ArgumentException">The history has no epochs, no such figure, or no finite numbers.</exception>
    public static Chart TrainingCurves(History history, IReadOnlyList<string>? figures = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        string[] names = [.. history.Epochs.SelectMany(epoch => epoch.Keys).Distinct()];
        return TrainingCurves("the history", [.. Enumerable.Range(1, history.Epochs.Count)], names.ToDictionary(name => name, name => history[name]), figures);
    }

    /// <summary>The same from the file of a <see cref="Training.Callbacks.CSVLogger"/>, such as a run's history.csv.</summary>
    /// <param name="path">The file, with commas between values, and "epoch", counted from 0, as the first column.</param>
    /// <param name="figures">Which figures, in this order; null for all, the loss first.</param>
    /// <exception cref="FormatException">The file is no such file. The message names it and the line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <inheritdoc cref="TrainingCurves(History, IReadOnlyList{string})" path="/exception"/>
    public static Chart TrainingCurves(string path, IReadOnlyList<string>? figures = null)
    {
        (double[] epochs, Dictionary<string, IReadOnlyList<double>> byName) = Read(path);
        return TrainingCurves(path, epochs, byName, figures);
    }

    /// <summary>The figures of such a file that are drawn where none are named, in their order.</summary>
    /// <inheritdoc cref="TrainingCurves(string, IReadOnlyList{string})" path="/exception"/>
    internal static IReadOnlyList<string> FiguresOf(string path) => Known(Read(path).ByName);

    private static (double[] Epochs, Dictionary<string, IReadOnlyList<double>> ByName) Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using StreamReader reader = new(path);
        using CsvParser parser = new(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null });
        if (!parser.Read() || parser.Record![0] != Epoch)
            throw new FormatException($"{path}: the first line begins with '{Line(parser.Record?[0] ?? "")}'; expected the columns of a training's log, \"epoch\" first, as CSVLogger writes them.");
        string[] names = parser.Record;
        List<double>[] columns = [.. names.Select(_ => new List<double>())];
        while (parser.Read())
        {
            if (parser.Count != names.Length)
                throw new FormatException($"{path}, line {parser.RawRow}: received {parser.Count} values; expected {names.Length}, as in the first line.");
            foreach ((int place, List<double> column) in columns.Index())
            {
                string text = parser[place];
                // An epoch without this figure.
                double number = double.NaN;
                if ((text.Length > 0 || place == 0) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
                    throw new FormatException($"{path}, line {parser.RawRow}, column '{Line(names[place])}': received '{Line(text)}'; expected a number, such as 0.5.");
                if (double.IsFinite(number) && Math.Abs(number) > LargestNumber)
                    throw new FormatException($"{path}, line {parser.RawRow}, column '{Line(names[place])}': received '{Line(text)}'; expected a number from -1E+300 to 1E+300. The file is damaged.");
                column.Add(number);
            }
        }

        Dictionary<string, IReadOnlyList<double>> byName = [];
        foreach ((string name, List<double> column) in names.Zip(columns).Skip(1))
        {
            if (!byName.TryAdd(name, column))
                throw new FormatException($"{path}: the column '{Line(name)}' stands there twice; expected different names.");
        }

        return ([.. columns[0].Select(epoch => epoch + 1)], byName);
    }

    private static Chart TrainingCurves(string source, double[] epochs, Dictionary<string, IReadOnlyList<double>> byName, IReadOnlyList<string>? figures)
    {
        if (epochs.Length == 0 || byName.Count == 0)
            throw new ArgumentException($"TrainingCurves: {source} has {epochs.Length} epochs of {byName.Count} figures; expected at least one of each. Train first.");
        string[] known = Known(byName);
        if (figures?.FirstOrDefault(figure => !known.Contains(figure)) is { } strange)
            throw new ArgumentException($"TrainingCurves: {source} has no figure '{strange}'.{Suggestion.For(strange, known)} Known: {string.Join(", ", known)}.", nameof(figures));
        string[] wanted = [.. figures ?? known];
        if (wanted.Length is 0 or > MostFigures)
            throw new ArgumentException($"TrainingCurves: {wanted.Length} figures of {source} are asked for; expected 1 to {MostFigures}. Name those to draw: figures: [\"loss\"].", nameof(figures));
        Plot[] plots = [.. wanted.Select(name =>
        {
            Plot plot = new();
            plot.Title(Line(name));
            plot.XLabel(Epoch);
            bool isDrawn = Curve(plot, name, "training", 0) | Curve(plot, Validation + name, "validation", 2);
            if (!isDrawn)
                throw new ArgumentException($"TrainingCurves: the figure '{name}' of {source} has no finite number. Did the training diverge? Lower the learning rate, or leave the figure out.", nameof(figures));
            // Epochs are whole.
            plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
            plot.ShowLegend(Edge.Right);
            return plot;
        })];
        int across = plots.Length == 1 ? 1 : 2;
        return new Chart(plots, across, across * PanelWidth, (plots.Length + across - 1) / across * PanelHeight);

        bool Curve(Plot plot, string name, string legend, int color)
        {
            if (!byName.TryGetValue(name, out IReadOnlyList<double>? values))
                return false;
            (double X, double Y)[] points = [.. epochs.Zip(values).Where(point => Math.Abs(point.Second) <= LargestNumber && Math.Abs(point.First) <= LargestNumber)];
            if (points.Length == 0)
                return false;
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray(), ColorOf(color));
            line.LegendText = legend;
            line.LineWidth = 2;
            line.MarkerSize = points.Length > 60 ? 0 : 5;
            return true;
        }
    }

    private static string[] Known(Dictionary<string, IReadOnlyList<double>> byName)
    {
        return [.. byName.Keys.Select(Plain).Distinct().OrderBy(name => name == "loss" ? 0 : 1)];

        static string Plain(string name) => name.StartsWith(Validation, StringComparison.Ordinal) ? name[Validation.Length..] : name;
    }
}
