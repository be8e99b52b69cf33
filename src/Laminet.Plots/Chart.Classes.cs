using System.Globalization;
using Laminet.Metrics.Reports;
using ScottPlot;

namespace Laminet.Plots;

/// <content>How well classes are told apart.</content>
public sealed partial class Chart
{
    private const int MostNumbers = 25, MostNames = 60;

    /// <summary>The classes a confusion matrix may have.</summary>
    internal const int MostClasses = 2_000;

    /// <summary>A confusion matrix: a row for each class, coloured by the share of the class that was predicted as each column's; the numbers are counts, for at most 25 classes.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="ArgumentException">There are no classes, or more than 2,000.</exception>
    public static Chart ConfusionMatrix(ConfusionMatrix matrix, string title = "")
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(title);
        int classes = matrix.Classes;
        if (classes is 0 or > MostClasses)
            throw new ArgumentException($"ConfusionMatrix: received {classes} classes; expected 1 to {MostClasses}. Draw a part of them, or matrix.MostConfused().", nameof(matrix));
        ConfusionMatrix shares = matrix.Normalized(ConfusionNormalization.Targets);
        double[,] colours = new double[classes, classes];
        Plot plot = new();
        for (int target = 0; target < classes; target++)
        {
            for (int prediction = 0; prediction < classes; prediction++)
                colours[target, prediction] = shares[target, prediction];
        }

        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(colours);
        map.Colormap = new ScottPlot.Colormaps.Reversed(new ScottPlot.Colormaps.Blues());
        map.ManualRange = new ScottPlot.Range(0, 1);
        for (int target = 0; target < classes && classes <= MostNumbers; target++)
        {
            for (int prediction = 0; prediction < classes; prediction++)
            {
                double count = matrix[target, prediction];
                if (count == 0)
                    continue;
                ScottPlot.Plottables.Text text = plot.Add.Text(count.ToString("0.##", CultureInfo.InvariantCulture), prediction, classes - 1 - target);
                text.LabelFontName = EmbeddedFont.Name;
                text.LabelFontSize = 11;
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontColor = colours[target, prediction] > 0.5 ? Colors.White : Colors.Black;
            }
        }

        // Only every n-th class is named.
        int step = (classes + MostNames - 1) / MostNames;
        int[] named = [.. Enumerable.Range(0, classes).Where(place => place % step == 0)];
        plot.Axes.Bottom.TickGenerator = NamedTicks(named.Select(place => (place, matrix.Names[place])));
        plot.Axes.Left.TickGenerator = NamedTicks(named.Select(place => (classes - 1 - place, matrix.Names[place])));
        plot.Axes.Bottom.TickLabelStyle.Rotation = 45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperLeft;
        int longest = matrix.Names.Max(name => Line(name).Length);
        plot.Axes.Bottom.MinimumSize = 40 + (5 * longest);
        plot.Axes.Left.MinimumSize = 40 + (7 * longest);
        // The last name goes on beyond the last column.
        plot.Axes.Right.MinimumSize = 20 + (5 * longest);
        plot.XLabel("predicted");
        plot.YLabel("true");
        plot.Title(Line(title));
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, classes - 0.5, -0.5, classes - 0.5);
        int side = Math.Clamp(classes * 42, 240, 1400);
        return new Chart([plot], 1, side + 100 + (12 * longest), side + 110 + (5 * longest));
    }

    /// <summary>Receiver operating characteristics: the share of the signal that is found against the share of the background that is let through. The legend tells the areas.</summary>
    /// <param name="curves">The curves with their names.</param>
    /// <exception cref="ArgumentException">There are none, or more than 20.</exception>
    public static Chart Roc(params IReadOnlyList<(string Name, RocCurve Curve)> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count is 0 or > 20)
            throw new ArgumentException($"Roc: received {curves.Count} curves; expected 1 to 20, to be told apart.", nameof(curves));
        Plot plot = new();
        ScottPlot.Plottables.LinePlot chance = plot.Add.Line(0, 0, 1, 1);
        (chance.LineColor, chance.LinePattern) = (Colors.Gray, LinePattern.Dashed);
        foreach ((int place, (string name, RocCurve curve)) in curves.Index())
        {
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(curve.FalsePositiveRates.ToArray(), curve.TruePositiveRates.ToArray(), ColorOf(2 * place));
            line.LineWidth = 2;
            line.LegendText = string.Create(CultureInfo.InvariantCulture, $"{Line(name)} (area {curve.Area:F4})");
        }

        plot.XLabel("false positive rate");
        plot.YLabel("true positive rate");
        plot.Axes.SetLimits(-0.01, 1.01, -0.01, 1.01);
        plot.ShowLegend(Alignment.LowerRight);
        return new Chart([plot], 1, 640, 600);
    }
}
