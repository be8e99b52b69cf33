using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Devices;

namespace Laminet.Tensors.Compilation;

/// <summary>The passes and their order.</summary>
internal static class Compiler
{
    /// <summary>The passes for a device: what makes any graph smaller, the device's own, and what looks at the lives of tensors.</summary>
    public static IReadOnlyList<Pass> PassesFor(Device device) =>
    [
        new("simplify", Simplification.Run),
        new("fold constants", ConstantFolding.Run),
        new("share common subexpressions", CommonSubexpressions.Run),
        new("inline", graph => Inlining.Run(graph, device)),
        .. device.Passes,
        new("recompute", Rematerialization.Run),
        new("schedule", Scheduling.Run),
    ];

    /// <summary>The graph after all passes.</summary>
    public static Graph Optimize(Graph graph, Device? device = null) =>
        PassesFor(device ?? Device.Cpu).Aggregate(graph, (current, pass) => pass.Run(current));

    /// <summary>The graph as traced and after each pass.</summary>
    public static IReadOnlyList<GraphStage> Stages(Graph graph, Device device)
    {
        List<GraphStage> stages = [new("as traced", graph)];
        foreach (Pass pass in PassesFor(device))
            stages.Add(new GraphStage(pass.Name, graph = pass.Run(graph)));
        return stages;
    }
}
