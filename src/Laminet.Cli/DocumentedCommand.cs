using System.CommandLine;

namespace Laminet.Cli;

/// <summary>A command with examples for its help page.</summary>
internal sealed class DocumentedCommand(string name, string description, params IReadOnlyList<(string Line, string Meaning)> examples)
    : Command(name, description)
{
    /// <summary>What is worth knowing beyond the description, which also stands in the list of commands.</summary>
    public string Notes { get; init; } = "";

    public IReadOnlyList<(string Line, string Meaning)> Examples => examples;
}
