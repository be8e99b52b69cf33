using System.Runtime.InteropServices;
using Laminet.Tensors;

namespace Laminet.Cli.Runs;

/// <summary>On what a run was made: enough to explain a difference in time, or in the last bits between instruction sets.</summary>
internal sealed record RunEnvironment(
    string Laminet, string DotNet, string OperatingSystem, string Architecture, string Processor, int Processors, string Simd, int Threads,
    DateTimeOffset Started)
{
    public static RunEnvironment Current(TimeProvider clock) => new(
        VersionLine.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString(),
        ProcessorName(), Environment.ProcessorCount, Engine.SimdLevel, Engine.Threads, clock.GetUtcNow());

    // .NET does not tell it; Linux and Windows do, each in its own way.
    private static string ProcessorName()
    {
        const string linux = "/proc/cpuinfo";
        string? line = File.Exists(linux) ? File.ReadLines(linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[^1].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
    }
}
