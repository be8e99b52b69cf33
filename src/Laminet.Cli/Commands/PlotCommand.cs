using System.CommandLine;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Files;
using Laminet.Plots;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet plot</c>: the charts of a run.</summary>
internal static class PlotCommand
{
    private static readonly string[] Formats = ["png", "svg"];

    public static Command Create(Surroundings surroundings)
    {
        Argument<string> run = new("RUN") { Description = "A run's folder from 'laminet train', such as runs/NAME" };
        Option<string> output = Options.Text("--out", "FOLDER", "Where the charts go (default: the run's folder)");
        Option<string> format = Options.Text("--format", "png|svg", "The form of the files", "png");
        Option<bool> json = Options.Json();
        DocumentedCommand command = new("plot", "Draw a run's training curves and confusion matrix.",
            ("laminet plot runs/NAME", "Write curves.png and confusion.png into the run's folder"),
            ("laminet plot runs/NAME --format svg --out charts", "As SVG, into another folder"))
        {
            Notes = """
                The curves are those of history.csv, a panel for each figure; the matrix is that of result.json, which
                a run has when it is complete.
                """,
            Arguments = { run },
            Options = { output, format, json },
        };
        command.SetAction(parse =>
        {
            string end = Options.OneOf("--format", parse.GetValue(format)!, Formats);
            RunFolder folder = RunFolder.Open(surroundings, parse.GetRequiredValue(run));
            string target = parse.GetValue(output) is { } asked ? surroundings.FullPath(asked) : folder.FullPath;
            // All are drawn before the first is written.
            (string Path, Chart? Chart, string? Note)[] all = [.. RunCharts.Of(folder, surroundings).Select(one => (Path.Combine(target, $"{one.Name}.{end}"), one.Chart, one.Note))];
            (string Path, Chart Chart)[] charts = [.. all.Where(one => one.Chart is not null).Select(one => (one.Path, one.Chart!))];
            string[] notes = [.. all.Select(one => one.Note).OfType<string>()];
            AtomicFile.CreateDirectory(target);
            foreach ((string path, Chart chart) in charts)
                chart.Save(path);
            bool asJson = parse.GetValue(json);
            if (asJson)
                surroundings.Output.WriteLine(JsonOutput.Text(new { Charts = charts.Select(pair => pair.Path), Notes = notes }));
            Screen screen = new(surroundings, asJson);
            foreach ((string path, _) in charts)
                screen.Line(surroundings.Typed(path));
            foreach (string note in notes)
                screen.Line(note);
            return ExitCode.Ok;
        });
        return command;
    }
}
