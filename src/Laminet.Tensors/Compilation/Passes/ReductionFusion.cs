namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// A chain of elementwise operations that only a reduction reads is computed block by block within the reduction: (x - y)².Sum() reads x
/// and y once and writes nothing but the sum. Comes after <see cref="ElementwiseFusion"/>, which makes the chains.
/// </summary>
internal static class ReductionFusion
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        return graph.Rewrite((original, operation) =>
        {
            if (operation.Inputs.Count != 1 || operation.Inputs[0] is not { Kind: OperationKind.Computed } chain || operation.Primitive?.Over(chain.Primitive!, chain.Spec.Shape) is not { } whole)
                return operation;
            return users[original.Inputs[0]].Count() == 1 && !results.Contains(original.Inputs[0]) ? operation with { Primitive = whole, Inputs = chain.Inputs } : operation;
        });
    }
}
