using System.Globalization;
using Laminet.Cli.Runs;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Shows how a model does on test images: accuracy, loss, recall by class, who is taken for whom.</summary>
internal static class ReportView
{
    // Wider than this the matrix is no longer looked at, and no terminal has the columns.
    private const int MaximumColumns = 20;

    public static void Write(Screen screen, TestReport report)
    {
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"Test accuracy {report.Accuracy:F4}, loss {report.Loss:F4} ({report.Images:N0} images)"));
        screen.Line("Recall by class, and how many images of each class (row) were predicted as each class (column):");
        int columns = report.Classes.Count <= MaximumColumns ? report.Classes.Count : 0;
        Table table = screen.NewTable();
        table.AddColumn("True class");
        table.AddColumn(new TableColumn("Recall").RightAligned());
        for (int label = 0; label < columns; label++)
            table.AddColumn(new TableColumn(label.ToString(CultureInfo.InvariantCulture)) { Padding = new Padding(0, 0, 1, 0) }.RightAligned());
        for (int label = 0; label < report.Classes.Count; label++)
        {
            ClassRecall row = report.Classes[label];
            List<StyledText> cells =
            [
                new StyledText($"{label.ToString(CultureInfo.InvariantCulture)} {ErrorText.Printable(row.Class)}"),
                new StyledText(row.Recall?.ToString("F3", CultureInfo.InvariantCulture) ?? "-"),
            ];
            cells.AddRange(report.Confusion[label].Take(columns).Select((count, guess) => Cell(count, row.Images, guess == label)));
            table.AddRow(cells);
        }

        screen.Console.Write(table);
    }

    // The diagonal green, errors the redder the more of the class they take.
    private static StyledText Cell(int count, int images, bool right)
    {
        if (count == 0)
            return new StyledText(".", new Style(Color.Grey));
        double share = (double)count / images;
        Color color = right ? Color.Green : share >= 0.1 ? Color.Red : share >= 0.03 ? Color.Orange1 : Color.Default;
        return new StyledText(count.ToString(CultureInfo.InvariantCulture), new Style(color));
    }
}
