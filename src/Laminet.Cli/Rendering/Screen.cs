using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>
/// Where people read: standard output, or nothing when a program reads JSON there. Plain text unless it is a terminal that wants colour.
/// </summary>
internal sealed class Screen
{
    private readonly TextWriter writer;

    public Screen(Surroundings surroundings, bool json)
    {
        writer = json ? TextWriter.Null : surroundings.Output;
        IsRich = surroundings.IsRich && !json;
        Width = surroundings.IsTerminal ? surroundings.Width : 160;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsRich ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = IsRich ? ColorSystemSupport.TrueColor : ColorSystemSupport.NoColors,
            Interactive = IsRich ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            // By itself Spectre turns colours on where it believes to run in a build service.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        Console.Profile.Width = Width;
        Console.Profile.Capabilities.Unicode = IsRich;
    }

    /// <summary>Whether colours, blocks and overwriting are wanted.</summary>
    public bool IsRich { get; }

    /// <summary>The columns there are.</summary>
    public int Width { get; }

    /// <summary>For tables and colours.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>An empty table in this screen's look.</summary>
    public Table NewTable() => new() { Border = IsRich ? TableBorder.Rounded : TableBorder.None };

    /// <summary>Writes a line as it is, never broken: paths and commands in it can be copied.</summary>
    public void Line(string text = "") => writer.WriteLine(ErrorText.Printable(text));

    /// <summary>Runs work of known length; on a terminal under a bar with the time left.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="total">How many steps there are.</param>
    /// <param name="work">Does it, and reports how many steps are done.</param>
    public T Progress<T>(string what, int total, Func<IProgress<int>, T> work)
    {
        if (!IsRich)
            return work(new Reporter(_ => { }));
        return Console.Progress().AutoClear(true).Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(1, total));
            return work(new Reporter(done => task.Value = done));
        });
    }

    /// <summary>Writes a text of several lines.</summary>
    public void Lines(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            Line(line);
    }

    // The framework's own would report on another thread, after the work is done.
    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
