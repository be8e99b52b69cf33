using Laminet.Tensors;

namespace Laminet.Cli.Inspection;

/// <summary>A profile for programs.</summary>
internal sealed record ProfileDocument(
    string? Model, string Step, int Batch, int Calls, int Threads, double PeakGflopsPerSecond, double ImagesPerSecond, Cost Total,
    IReadOnlyList<LayerCost> Layers, IReadOnlyList<OperationCost> Operations)
{
    public static ProfileDocument Of(StepProfile profile) => new(
        profile.Step.Model.Name, profile.Step.Step, profile.Step.Batch, profile.Calls, Engine.Threads, profile.PeakGflopsPerSecond, profile.ImagesPerSecond, profile.Total,
        [.. profile.Layers.Select(row => new LayerCost(row.Layer, row.Operations, row.Cost))],
        [.. profile.Slowest.Select(row => new OperationCost(
            row.Operation.Name, row.Operation.Scope, StepProfile.OutputOf(row.Operation)?.Shape.Dimensions.ToArray(), row.Operation.Work, row.Operation.Bytes, row.Cost))]);
}

/// <summary>A layer's line.</summary>
internal sealed record LayerCost(string Layer, int Operations, Cost Cost);

/// <summary>An operation's line.</summary>
internal sealed record OperationCost(string Operation, string Layer, IReadOnlyList<int>? Shape, double Work, long Bytes, Cost Cost);
