using System.Globalization;
using Laminet.Cli.Inspection;
using Laminet.Cli.Runs;
using Laminet.Verification;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Shows what was verified: a table by family, the failures in full, the machine.</summary>
internal static class VerificationView
{
    public static void Write(Screen screen, VerificationReport report)
    {
        Table table = screen.NewTable();
        table.AddColumn("Family");
        foreach (string column in (string[])["Subjects", "Checks", "Failed", "Seconds"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (FamilyReport family in report.Families)
            AddRow(family);
        if (report.Families.Count > 1)
            AddRow(new FamilyReport("all", report.Families.Sum(family => family.Subjects), report.Families.Sum(family => family.Checks), report.Failures.Count, report.Families.Sum(family => family.Seconds)));
        screen.Console.Write(table);
        screen.Line();
        foreach (CheckFailure failure in report.Failures)
        {
            screen.Line($"FAILED  {failure.Family}, {failure.Subject}: {failure.Check}");
            foreach (string line in failure.Message.Split('\n'))
                screen.Line($"        {line.TrimEnd()}");
        }

        foreach (string line in report.Missing)
            screen.Line($"MISSING {line}");
        if (report.Failures.Count + report.Missing.Count > 0)
            screen.Line();
        RunEnvironment machine = report.Machine;
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"Laminet {machine.Laminet}, {machine.Processor}, SIMD {machine.Simd}, {machine.Threads} threads, {machine.DotNet}, {machine.OperatingSystem}"));
        string summary = report.Failures.Count == 0 && report.Missing.Count == 0
            ? "All checks hold"
            : string.Create(CultureInfo.InvariantCulture, $"{report.Failures.Count:N0} checks failed, {report.Missing.Count:N0} operations or classes have no check");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{summary}; {report.Depth} run of {report.Seconds:F1} s"));

        void AddRow(FamilyReport family) => table.AddRow(
            new StyledText(family.Family), Number(family.Subjects), Number(family.Checks), Number(family.Failed), new StyledText(family.Seconds.ToString("F1", CultureInfo.InvariantCulture)));
    }

    public static void WriteList(Screen screen, IReadOnlyList<Check> checks)
    {
        Table table = screen.NewTable();
        table.AddColumn("Family");
        table.AddColumn("Name");
        table.AddColumn(new TableColumn("Checks").RightAligned());
        foreach (SubjectReport subject in VerificationReport.Subjects(checks))
            table.AddRow(new StyledText(subject.Family), new StyledText(subject.Subject), Number(subject.Checks));
        screen.Console.Write(table);
    }

    private static StyledText Number(int number) => new(number.ToString("N0", CultureInfo.InvariantCulture));
}
