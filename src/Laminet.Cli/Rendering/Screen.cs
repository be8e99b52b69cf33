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

    /// <summary>Writes a text of several lines.</summary>
    public void Lines(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            Line(line);
    }
}
