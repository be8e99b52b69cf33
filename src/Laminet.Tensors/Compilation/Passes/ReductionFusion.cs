namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// A chain of elementwise operations that only a reduction reads is computed block by block within the reduction: (x - y)².Sum() reads x
/// and y once and writes nothing but the sum. Comes after <see cref="ElementwiseFusion"/>, which makes the chains.
/// </summary>
internal static class ReductionFusion
{
    public static Graph Run(Graph graph)
    {
        Surroundings surroundings = new(graph);
        return graph.Rewrite((original, operation) => surroundings.Replace(original, Fused(operation, surroundings) ?? operation));
    }

    private static Operation? Fused(Operation operation, Surroundings surroundings)
    {
        if (operation.Inputs.Count != 1 || operation.Inputs[0] is not { Kind: OperationKind.Computed } chain || !surroundings.HasOneReader(chain))
            return null;
        return operation.Primitive?.Over(chain.Primitive!, chain.Spec.Shape) is { } whole ? operation with { Primitive = whole, Inputs = chain.Inputs } : null;
    }
}
