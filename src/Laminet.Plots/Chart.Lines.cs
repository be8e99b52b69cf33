using System.Globalization;
using Laminet.Tensors;
using ScottPlot;

namespace Laminet.Plots;

/// <content>Curves, and paths over a surface.</content>
public sealed partial class Chart
{
    private const int MostLines = 20, MostCells = 2_000;

    /// <summary>Curves y(x), such as losses by step or norms by depth.</summary>
    /// <param name="curves">The curves with their names. Points that are NaN or infinite are left out.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="xLabel">What x is.</param>
    /// <param name="yLabel">What y is.</param>
    /// <param name="logarithmic">Whether equal steps upwards are equal factors; points at 0 or below are left out.</param>
    /// <exception cref="ArgumentException">There are no curves, or more than 20, one has other numbers of x than of y, or none that can be drawn.</exception>
    public static Chart Lines(IReadOnlyList<(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)> curves, string title = "", string xLabel = "", string yLabel = "", bool logarithmic = false)
    {
        ArgumentNullException.ThrowIfNull(curves);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(xLabel);
        ArgumentNullException.ThrowIfNull(yLabel);
        if (curves.Count is 0 or > MostLines)
            throw new ArgumentException($"Lines: received {curves.Count} curves; expected 1 to {MostLines}, to be told apart.", nameof(curves));
        Plot plot = new();
        foreach ((int place, (string name, IReadOnlyList<double> x, IReadOnlyList<double> y)) in curves.Index())
        {
            if (x.Count != y.Count)
                throw new ArgumentException($"Lines: received {x.Count} numbers of x and {y.Count} of y for '{Line(name)}'; expected as many of both.", nameof(curves));
            double[] drawn = [.. y.Select(number => logarithmic ? number > 0 ? Math.Log10(number) : double.NaN : number)];
            int[] places = [.. Enumerable.Range(0, x.Count).Where(i => Math.Abs(x[i]) <= LargestNumber && Math.Abs(drawn[i]) <= LargestNumber)];
            if (places.Length == 0)
                throw new ArgumentException($"Lines: '{Line(name)}' has no point that can be drawn; expected {(logarithmic ? "finite numbers above 0" : "finite numbers")}. Leave the curve out.", nameof(curves));
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(places.Select(i => x[i]).ToArray(), places.Select(i => drawn[i]).ToArray(), ColorOf(2 * place));
            line.LegendText = Line(name);
            line.LineWidth = 2;
            line.MarkerSize = places.Length > 60 ? 0 : 5;
        }

        if (logarithmic)
        {
            plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
            {
                IntegerTicksOnly = true,
                LabelFormatter = power => Math.Pow(10, power).ToString(Math.Abs(power) > 4 ? "0E+0" : "0.####", CultureInfo.InvariantCulture),
            };
        }

        plot.Title(Line(title));
        plot.XLabel(Line(xLabel));
        plot.YLabel(Line(yLabel));
        plot.ShowLegend(Edge.Right);
        return new Chart([plot], 1, 820, 460);
    }

    /// <summary>A function of two variables as colours with contours, and paths over it, such as those of optimizers over a loss. A path begins at a small and ends at a large point.</summary>
    /// <param name="values">(rows, columns), finite, 2 to 2,000 of each: the function at equal distances. Rows go upwards: the first is at the least y.</param>
    /// <param name="x">The x of the first and of the last column.</param>
    /// <param name="y">The y of the first and of the last row.</param>
    /// <param name="paths">Points (steps, 2), x and y, finite, with their names; at most 20 paths. Points outside the surface are not seen.</param>
    /// <param name="title">What stands above.</param>
    /// <param name="contours">How many contours there are, 0 to 100.</param>
    /// <exception cref="ShapeException">The shapes are others.</exception>
    /// <exception cref="ArgumentException">A number is NaN or infinite, a range is empty, or there are too many paths.</exception>
    public static Chart Surface(Tensor values, (double From, double To) x, (double From, double To) y, IReadOnlyList<(string Name, Tensor Points)>? paths = null, string title = "", int contours = 12)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(title);
        paths ??= [];
        if (values.Rank != 2 || values.Shape[0] is < 2 or > MostCells || values.Shape[1] is < 2 or > MostCells)
            throw new ShapeException($"Surface: received values of shape {values.Shape}; expected (rows, columns), 2 to {MostCells} of each.");
        if (!(Math.Abs(x.From) <= LargestNumber && Math.Abs(x.To) <= LargestNumber && Math.Abs(y.From) <= LargestNumber && Math.Abs(y.To) <= LargestNumber && x.From < x.To && y.From < y.To))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Surface: received x from {x.From} to {x.To} and y from {y.From} to {y.To}; expected two finite numbers for each, the smaller first."));
        if (paths.Count > MostLines)
            throw new ArgumentException($"Surface: received {paths.Count} paths; expected at most {MostLines}, to be told apart.", nameof(paths));
        if (contours is < 0 or > 100)
            throw new ArgumentOutOfRangeException(nameof(contours), $"Surface: received {contours} contours; expected 0 to 100.");
        (int rows, int columns) = (values.Shape[0], values.Shape[1]);
        double[] numbers = Finite(nameof(Surface), values, "the values", nameof(values));
        double width = (x.To - x.From) / (columns - 1), height = (y.To - y.From) / (rows - 1);
        double[,] colours = new double[rows, columns];
        Coordinates3d[,] places = new Coordinates3d[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double number = numbers[(row * columns) + column];
                colours[rows - 1 - row, column] = number;
                places[row, column] = new Coordinates3d(x.From + (column * width), y.From + (row * height), number);
            }
        }

        Plot plot = new();
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(colours);
        map.Colormap = new ScottPlot.Colormaps.Reversed(new ScottPlot.Colormaps.Blues());
        // The light half of the colours, for paths to be seen on it.
        double least = numbers.Min(), greatest = numbers.Max();
        map.ManualRange = new ScottPlot.Range(least, greatest > least ? (2 * greatest) - least : least + 1);
        map.Extent = new CoordinateRect(x.From - (width / 2), x.To + (width / 2), y.From - (height / 2), y.To + (height / 2));
        if (contours > 0 && greatest > least)
        {
            ScottPlot.Plottables.ContourLines lines = plot.Add.ContourLines(places, contours);
            lines.LabelStyle.IsVisible = false;
            (lines.LineColor, lines.LineWidth) = (Colors.Gray, 1);
        }

        foreach ((int place, (string name, Tensor points)) in paths.Index())
        {
            if (points.Rank != 2 || points.Shape[1] != 2 || points.Shape[0] == 0)
                throw new ShapeException($"Surface: received points of shape {points.Shape} for the path '{Line(name)}'; expected (steps, 2), at least one.");
            double[] steps = Finite(nameof(Surface), points, $"the points of the path '{Line(name)}'", nameof(paths));
            Coordinates[] way = [.. Enumerable.Range(0, points.Shape[0]).Select(i => new Coordinates(steps[2 * i], steps[(2 * i) + 1]))];
            // Blue would not be seen on blue.
            Color color = ColorOf((2 * (place + 1)) % 20);
            ScottPlot.Plottables.Scatter line = plot.Add.ScatterLine(way, color);
            (line.LineWidth, line.LegendText) = (2, Line(name));
            plot.Add.Marker(way[0], MarkerShape.FilledCircle, 5, color);
            plot.Add.Marker(way[^1], MarkerShape.FilledCircle, 11, color);
        }

        plot.Title(Line(title));
        plot.HideGrid();
        plot.Axes.SetLimits(x.From, x.To, y.From, y.To);
        if (paths.Count > 0)
            plot.ShowLegend(Edge.Right);
        return new Chart([plot], 1, 860, 620);
    }

    private static double[] Finite(string chart, Tensor tensor, string what, string parameter)
    {
        double[] numbers = tensor.Cast(DType.Float64).ToArray<double>();
        return Array.TrueForAll(numbers, number => Math.Abs(number) <= LargestNumber) ? numbers
            : throw new ArgumentException($"{chart}: {what} hold NaN, infinity or more than 1E+300; expected finite numbers. Clip them first.", parameter);
    }
}
