using System.Globalization;
using System.Text;

namespace Laminet.Tests.Plans;

/// <summary>Plans of steps as text, one line a step, and the difference of two such texts in words.</summary>
internal static class PlanTable
{
    private const string Separator = "  ";

    /// <summary>The table: comments, the names of the columns, the steps by name.</summary>
    public static string Text(IEnumerable<string> comments, IEnumerable<StepPlan> plans)
    {
        List<string[]> cells = [["step", .. StepPlan.Columns]];
        cells.AddRange(plans.OrderBy(plan => plan.Name, StringComparer.Ordinal).Select(plan => (string[])[plan.Name, .. plan.Figures.Select(Number)]));
        int[] widths = [.. Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string comment in comments)
            text.Append("# ").Append(comment).Append('\n');
        foreach (string[] row in cells)
            text.AppendJoin(Separator, row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).Append('\n');
        return text.ToString();
    }

    /// <summary>Each step that changed: what was, what is, and the difference in percent.</summary>
    public static string Difference(string expected, string received)
    {
        Dictionary<string, long[]> before = Parse(expected), after = Parse(received);
        List<string> lines = ["The plans of the steps changed:"];
        foreach (string name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            if (!before.TryGetValue(name, out long[]? was))
                lines.Add($"{name}: is new: {Row(after[name])}");
            else if (!after.TryGetValue(name, out long[]? now))
                lines.Add($"{name}: is gone; it was {Row(was)}");
            else if (!was.SequenceEqual(now))
                lines.Add($"{name}: {string.Join("; ", Enumerable.Range(0, was.Length).Where(i => was[i] != now[i]).Select(i => Change(i, was[i], now[i])))}");
        }

        return string.Join("\n", lines.Count > 1 ? lines : ["The figures of the plans are the same; only comments or spaces differ."]);
    }

    private static Dictionary<string, long[]> Parse(string text) => text.Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#').Skip(1)
        .Select(line => line.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[0], cells => Array.ConvertAll(cells[1..], cell => long.Parse(cell, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));

    private static string Row(long[] figures) => string.Join(", ", figures.Select((figure, i) => $"{StepPlan.Columns[i]} {Number(figure)}"));

    private static string Change(int column, long was, long now)
    {
        string percent = was == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({100.0 * (now - was) / was:+0.00;-0.00} %)");
        return $"{StepPlan.Columns[column]} {Number(was)} -> {Number(now)}{percent}";
    }

    private static string Number(long figure) => figure.ToString("N0", CultureInfo.InvariantCulture);
}
