namespace Laminet.Tensors.Compilation.Passes;

/// <summary>Operations take in those that they read, as <see cref="Primitive.Fold"/> says: fewer passes over memory.</summary>
internal static class OperationFolding
{
    public static Graph Run(Graph graph)
    {
        Surroundings surroundings = new(graph);
        return graph.Rewrite((original, operation) => surroundings.Replace(original, operation.Primitive?.Fold(operation, surroundings) ?? operation));
    }
}
