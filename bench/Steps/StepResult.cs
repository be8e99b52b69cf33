using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Laminet.Tensors;

namespace Laminet.Bench.Steps;

/// <summary>What is told about a workload; the peers' lines have the same keys.</summary>
internal sealed record StepResult(string Name, double MedianMs, double BestMs, int Steps, long AllocatedBytesPerStep, double? Gflops)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public int Threads { get; init; } = Engine.Threads;

    public long PeakRssMb { get; init; } = Process.GetCurrentProcess().PeakWorkingSet64 >> 20;

    public static string Header =>
        $"{"workload",-26}{"median ms",12}{"best ms",12}{"steps",8}{"threads",9}{"peak MB",9}{"KB allocated",14}{"GFLOP/s",9}";

    public static StepResult FromJson(string line) => JsonSerializer.Deserialize<StepResult>(line, Format)!;

    public string ToJson() => JsonSerializer.Serialize(this, Format);

    public override string ToString() =>
        $"{Name,-26}{MedianMs,12:N2}{BestMs,12:N2}{Steps,8}{Threads,9}{PeakRssMb,9:N0}{AllocatedBytesPerStep / 1024,14:N0}{Gflops,9:F1}";
}
