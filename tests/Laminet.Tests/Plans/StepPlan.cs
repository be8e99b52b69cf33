using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using Laminet.Training;

namespace Laminet.Tests.Plans;

/// <summary>What the compiler makes of one step of a model. Nothing is run for it.</summary>
/// <param name="Name">The model, the batch and the kind of step.</param>
/// <param name="Figures">The number for each of <see cref="Columns"/>.</param>
internal sealed record StepPlan(string Name, IReadOnlyList<long> Figures)
{
    /// <summary>
    /// Operations: those that run in each call, updates of variables among them; copies: the ones of these that only copy; in place: the
    /// variables whose next value is written over the old one; apart: those whose next value is copied at the end of a call; arena: the block of
    /// intermediates; kept: what is computed from weights once and stays.
    /// </summary>
    public static IReadOnlyList<string> Columns { get; } = ["operations", "copies", "in place", "apart", "arena bytes", "kept bytes"];

    /// <summary>Traces, optimizes and plans a step.</summary>
    public static StepPlan Of(string model, Model network, StepKind kind, int batch)
    {
        Graph graph = network.Stages(kind, batch)[^1].Graph;
        MemoryPlan plan = new(graph);
        Operation[] run = [.. graph.Operations.Where(operation => operation.IsRun && !plan.Keeps(operation))];
        int inPlace = graph.Successions.Count(succession => plan.HomeOf(succession.Value) == succession.Variable);
        return new StepPlan(
            $"{model}_b{batch}/{(kind == StepKind.Train ? "train" : "predict")}",
            [run.Length, run.Count(operation => operation.Primitive is Copy), inPlace, graph.Successions.Count - inPlace, plan.Bytes, plan.KeptBytes]);
    }
}
