using System.Globalization;
using Laminet.Cli.Inspection;
using Laminet.Tensors.Compilation;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Shows where a step's time goes: by operation, by layer, in all.</summary>
internal static class ProfileView
{
    private static readonly string[] CostColumns = ["ms", "Share", "GFLOP/s", "Of peak", "GB/s"];

    public static void Write(Screen screen, StepProfile profile, int top)
    {
        screen.Line($"{profile.Step.Title}: {Number(profile.Operations.Count, "N0")} operations by time, medians of {Number(profile.Calls, "N0")} calls");
        Table operations = NewTable("Operation", "Output", "Layer");
        foreach ((OperationTiming operation, Cost cost) in profile.Slowest.Take(top))
            operations.AddRow([Name(operation.Name), .. Cells(cost), Name(StepProfile.OutputOf(operation)?.Shape.ToString() ?? ""), Name(operation.Scope)]);
        screen.Console.Write(operations);
        if (profile.Slowest.Take(top).Any(row => row.Cost.PeakShare > 1))
            screen.Line("Of peak above 100 %: the work of a 3 x 3 convolution is counted as direct convolution. Winograd's algorithm, used where it is faster, needs a quarter of the multiplications.");
        if (profile.Operations.Count > top)
            screen.Line($"and {Number(profile.Operations.Count - top, "N0")} more; use --top {Number(profile.Operations.Count, "F0")} to show all");
        screen.Line();

        Table layers = NewTable("Layer", "Operations");
        foreach ((string layer, int count, Cost cost) in profile.Layers)
            layers.AddRow([Name(layer), .. Cells(cost), new StyledText(Number(count, "N0"))]);
        screen.Console.Write(layers);
        screen.Line();

        Cost total = profile.Total;
        screen.Line($"Total: {Number(total.Milliseconds, "F2")} ms a step, {Number(profile.ImagesPerSecond, "N0")} images/s, "
            + $"{Number(total.GflopsPerSecond, "F1")} GFLOP/s: {Number(100 * total.PeakShare, "F0")} % of the {Number(profile.PeakGflopsPerSecond, "F1")} this machine does at most");
    }

    private static Table NewTable(string first, params string[] last)
    {
        // No borders: there are more columns than a terminal has room for.
        Table table = new() { Border = TableBorder.None };
        table.AddColumn(first);
        foreach (string column in CostColumns)
            table.AddColumn(new TableColumn(column) { NoWrap = true }.RightAligned());
        foreach (string column in last)
            table.AddColumn(column);
        return table;
    }

    private static IEnumerable<StyledText> Cells(Cost cost) =>
    [
        new(Number(cost.Milliseconds, "F3")), new(Number(100 * cost.Share, "F1") + " %"), new(Number(cost.GflopsPerSecond, "F1")),
        new(cost.PeakShare is null ? "-" : Number(100 * cost.PeakShare, "F0") + " %"), new(Number(cost.GigabytesPerSecond, "F1")),
    ];

    private static StyledText Name(string name) => new(name.Length == 0 ? "-" : ErrorText.Printable(name));

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
