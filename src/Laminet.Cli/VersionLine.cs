using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Laminet.Cli;

/// <summary>Answers <c>--version</c>.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <summary>Laminet's version, without the commit the build appends.</summary>
    public static string Version { get; } =
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"laminet {Version}");
        return ExitCode.Ok;
    }
}
