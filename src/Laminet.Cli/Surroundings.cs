using System.Text;
using Laminet.Configuration;

namespace Laminet.Cli;

/// <summary>All a command sees of the world outside, so that tests can give it another.</summary>
internal sealed record Surroundings
{
    // A name among more files was hardly mistyped, and comparing them takes time.
    private const int MostSuggested = 1000;

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>What is piped in, or typed.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>The directory relative paths start from.</summary>
    public required string Directory { get; init; }

    /// <summary>Whether <see cref="Output"/> is a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>The terminal's columns.</summary>
    public int Width { get; init; } = 80;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>Cancelled by the first Ctrl+C.</summary>
    public CancellationToken Interrupted { get; init; }

    /// <summary>Whether output may be coloured, overwritten and drawn with blocks.</summary>
    public bool IsRich => IsTerminal && !IsSet("NO_COLOR") && !IsSet("CI") && Variable("TERM") != "dumb";

    /// <summary>Whether errors come with their stack trace.</summary>
    public bool ShowsStackTraces => Variable("LAMINET_DEBUG") == "1";

    public static Surroundings OfProcess(CancellationToken interrupted)
    {
        bool isTerminal = !Console.IsOutputRedirected;
        if (isTerminal)
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new Surroundings
        {
            Output = Console.Out,
            Error = Console.Error,
            Input = Console.In,
            Directory = Environment.CurrentDirectory,
            IsTerminal = isTerminal,
            // Some terminals report no columns at all.
            Width = isTerminal && Console.BufferWidth >= 40 ? Console.BufferWidth : 80,
            Variable = Environment.GetEnvironmentVariable,
            Interrupted = interrupted,
        };
    }

    /// <summary>A path given by the user, made absolute.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Directory);

    /// <summary>A file given by the user.</summary>
    /// <exception cref="UsageException">It is not there, or is a folder.</exception>
    public string ExistingFile(string path)
    {
        string full = FullPath(path);
        if (File.Exists(full))
            return full;
        if (System.IO.Directory.Exists(full))
            throw new UsageException($"'{path}' is a folder; expected a file. Name a file in it.");
        string? folder = Path.GetDirectoryName(full);
        IEnumerable<string> beside = System.IO.Directory.Exists(folder) ? System.IO.Directory.EnumerateFiles(folder).Take(MostSuggested).Select(Path.GetFileName).OfType<string>() : [];
        throw new UsageException($"there is no file {path}.{Suggestion.For(Path.GetFileName(full), beside)}");
    }

    /// <summary>A path as the user would type it: relative where it lies under the current directory, quoted where a shell needs it.</summary>
    public string Typed(string path)
    {
        string relative = Path.GetRelativePath(Directory, path);
        string shown = relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
        if (shown.StartsWith('-'))
            shown = "./" + shown;
        // A backslash parts directories on Windows, and elsewhere changes what follows; so do these within double quotes.
        string plain = OperatingSystem.IsWindows() ? "-_./\\:+,@" : "-_./:+,@";
        return shown.Length > 0 && shown.All(c => char.IsLetterOrDigit(c) || plain.Contains(c, StringComparison.Ordinal)) ? shown
            : OperatingSystem.IsWindows() || !shown.Any(c => "$`\"\\!".Contains(c, StringComparison.Ordinal)) ? $"\"{shown}\""
            : $"'{shown.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private bool IsSet(string variable) => !string.IsNullOrEmpty(Variable(variable));
}
