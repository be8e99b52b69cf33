using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Laminet.Cli;

/// <summary>The help of a command: what System.CommandLine writes, then examples, environment variables and exit codes.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const string Epilogue = """
        Environment variables:
          LAMINET_THREADS      Number of threads, 1 to 256
          LAMINET_SIMD         Vector width: scalar, 128, 256 or 512 bits (default: the widest that is supported)
          LAMINET_LARGE_PAGES  0 turns off memory in pages of 2 MB on Linux
          LAMINET_DEBUG        1 shows the stack trace of an error
          NO_COLOR, CI         If set: no colours, no progress bar

        Exit codes:
          0    success
          1    failure
          2    wrong usage: an unknown option, a bad value, a missing file
          130  interrupted by Ctrl+C

        """;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        // A fixed width: help reads the same everywhere.
        new HelpAction { MaxWidth = 110 }.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        DocumentedCommand command = (DocumentedCommand)parseResult.CommandResult.Command;
        if (command.Notes.Length > 0)
            output.WriteLine(command.Notes + Environment.NewLine);
        if (command.Examples is { Count: > 0 } examples)
        {
            int width = examples.Max(example => example.Line.Length);
            output.WriteLine("Examples:");
            foreach ((string line, string meaning) in examples)
                output.WriteLine($"  {line.PadRight(width)}  {meaning}");
            output.WriteLine();
        }

        output.Write(Epilogue);
        return ExitCode.Ok;
    }
}
