using Laminet.Tensors.Compilation.Passes;

namespace Laminet.Tensors.Compilation;

/// <summary>The passes and their order.</summary>
internal static class Compiler
{
    /// <summary>What each pass makes of a graph; every one gives a graph that computes the same.</summary>
    public static IReadOnlyList<(string Name, Func<OperationGraph, OperationGraph> Run)> Passes { get; } =
    [
        ("simplify", Simplification.Run),
        ("fold constants", ConstantFolding.Run),
        ("share common subexpressions", CommonSubexpressions.Run),
        ("fold into normalisations", NormalizationFolding.Run),
        ("fold normalisations into convolutions", BatchNormFolding.Run),
        ("fold into products", EpilogueFolding.Run),
        ("read weights in the kernels' form", Forms.Run),
        ("fuse elementwise", ElementwiseFusion.Run),
        ("fuse reductions", ReductionFusion.Run),
        ("slice the batch", BatchSlicing.Run),
        ("copy where needed", Materialization.Run),
        ("recompute", Rematerialization.Run),
        ("schedule", Scheduling.Run),
    ];

    /// <summary>The graph after all passes.</summary>
    public static OperationGraph Optimize(OperationGraph graph) => Passes.Aggregate(graph, (current, pass) => pass.Run(current));

    /// <summary>The graph as traced and after each pass.</summary>
    public static IReadOnlyList<GraphStage> Stages(OperationGraph graph)
    {
        List<GraphStage> stages = [new("as traced", graph)];
        foreach ((string name, Func<OperationGraph, OperationGraph> run) in Passes)
            stages.Add(new GraphStage(name, graph = run(graph)));
        return stages;
    }
}
