using Laminet.Tensors;
using ScottPlot;

namespace Laminet.Plots;

/// <content>Numbers of named rows and columns.</content>
public sealed partial class Chart
{
    /// <summary>A matrix as colours, the largest number the darkest, with names: such as how much each word that is written (a row) looks at each word that was read (a column).</summary>
    /// <param name="values">(rows, columns), finite, at most 60 of each.</param>
    /// <param name="rows">The names of the rows.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="ShapeException">The values are no matrix of as many rows and columns as there are names, or of more than 60.</exception>
    /// <exception cref="ArgumentException">A number is NaN or infinite.</exception>
    public static Chart Heatmap(Tensor values, IReadOnlyList<string> rows, IReadOnlyList<string> columns, string title = "")
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(title);
        if (values.Rank != 2 || values.Shape != [rows.Count, columns.Count] || rows.Count is 0 or > MostNames || columns.Count is 0 or > MostNames)
            throw new ShapeException($"Heatmap: received values of shape {values.Shape}, {rows.Count} names of rows and {columns.Count} of columns; expected (rows, columns) with a name for each, 1 to {MostNames}.");
        double[] numbers = Finite(nameof(Heatmap), values, "the values", nameof(values));
        double[,] colours = new double[rows.Count, columns.Count];
        Buffer.BlockCopy(numbers, 0, colours, 0, numbers.Length * sizeof(double));
        Plot plot = new();
        ScottPlot.Plottables.Heatmap map = plot.Add.Heatmap(colours);
        map.Colormap = new ScottPlot.Colormaps.Reversed(new ScottPlot.Colormaps.Blues());
        (double least, double greatest) = (numbers.Min(), numbers.Max());
        map.ManualRange = new ScottPlot.Range(least, greatest > least ? greatest : least + 1);
        plot.Axes.Bottom.TickGenerator = NamedTicks(columns.Index().Select(name => (name.Index, name.Item)));
        plot.Axes.Left.TickGenerator = NamedTicks(rows.Index().Select(name => (rows.Count - 1 - name.Index, name.Item)));
        plot.Axes.Bottom.TickLabelStyle.Rotation = 45;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.UpperLeft;
        (int left, int bottom) = (40 + (7 * rows.Max(name => Line(name).Length)), 40 + (6 * columns.Max(name => Line(name).Length)));
        (plot.Axes.Left.MinimumSize, plot.Axes.Bottom.MinimumSize, plot.Axes.Right.MinimumSize) = (left, bottom, bottom);
        plot.Title(Line(title));
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, columns.Count - 0.5, -0.5, rows.Count - 0.5);
        return new Chart([plot], 1, left + bottom + Math.Max(240, 32 * columns.Count), bottom + 60 + Math.Max(200, 32 * rows.Count));
    }
}
