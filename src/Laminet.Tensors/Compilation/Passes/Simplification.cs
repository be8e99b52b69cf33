namespace Laminet.Tensors.Compilation.Passes;

/// <summary>Operations that change nothing go, pairs that undo each other too, as <see cref="Primitive.Simplify"/> says. Every bit stays.</summary>
internal static class Simplification
{
    public static Graph Run(Graph graph) => graph.Rewrite(operation =>
    {
        while (operation.Primitive?.Simplify(operation) is { } simpler)
            operation = simpler;
        return operation;
    });
}
