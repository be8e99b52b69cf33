using Laminet.Tensors.Compilation;

namespace Laminet.Cli.Inspection;

/// <summary>
/// One operation on the time line of Chrome's trace format, which Perfetto reads too: a "complete event". The names are the format's.
/// Source: "Trace Event Format", Google.
/// </summary>
/// <param name="Name">The operation.</param>
/// <param name="Cat">Its category: the step.</param>
/// <param name="Ph">The kind of event: X for one with a beginning and a duration.</param>
/// <param name="Ts">Its beginning in microseconds.</param>
/// <param name="Dur">Its duration in microseconds.</param>
/// <param name="Pid">The process.</param>
/// <param name="Tid">The thread.</param>
/// <param name="Args">What else is shown of it.</param>
internal sealed record TraceEvent(string Name, string Cat, string Ph, double Ts, double Dur, int Pid, int Tid, TraceArguments Args)
{
    /// <summary>The events of a step in the order they begin; none overlaps the next.</summary>
    public static IReadOnlyList<TraceEvent> Of(StepProfile profile)
    {
        IReadOnlyList<OperationTiming> operations = profile.Operations;
        return [.. operations.Select((operation, place) =>
        {
            // The beginning is that of one call, the duration a median of all: together they could reach into the next operation.
            double next = place + 1 < operations.Count ? operations[place + 1].Start : double.PositiveInfinity;
            double duration = Math.Min(operation.Milliseconds, next - operation.Start);
            Cost cost = Cost.Of([operation], operation.Milliseconds, profile.PeakGflopsPerSecond);
            return new TraceEvent(operation.Name, profile.Step.Step, "X", operation.Start * 1e3, duration * 1e3, Pid: 1, Tid: 1,
                new TraceArguments(operation.Scope, StepProfile.OutputOf(operation)?.ToString(), cost.GflopsPerSecond));
        })];
    }
}

/// <summary>What a trace tells of an operation beside its time.</summary>
internal sealed record TraceArguments(string Layer, string? Shape, double? Gflops);
