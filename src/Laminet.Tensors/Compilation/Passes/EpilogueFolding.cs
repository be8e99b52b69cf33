namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Bias, residual and activation are applied to a convolution's or a matrix product's result while it is in registers: relu(x * k + bias +
/// residual) is one pass over memory where it were four. A normalisation takes its residual and activation likewise.
/// </summary>
internal static class EpilogueFolding
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        // What computes a product takes in further steps as long as nothing else reads its result.
        HashSet<Operation> open = [];
        return graph.Rewrite((original, operation) =>
        {
            Operation folded = Folded(operation, open) ?? operation;
            if (folded is { Kind: OperationKind.Computed, OutputCount: 1 } && users[original].Count() == 1 && !results.Contains(original))
                open.Add(folded);
            return folded;
        });
    }

    private static Operation? Folded(Operation operation, HashSet<Operation> open)
    {
        // Integers have no epilogue, and halves are rounded after each operation.
        if (operation.Spec.DType is not (DType.Float32 or DType.Float64))
            return null;
        for (int input = 0; input < operation.Inputs.Count; input++)
        {
            Operation product = operation.Inputs[input];
            if (!open.Contains(product) || product.Spec != operation.Spec || operation.Inputs.Count(other => other == product) > 1)
                continue;
            // The work is the product's, and so is the part of the function it belongs to.
            if (operation.Primitive?.AsFollower(input, operation.InputSpecs) is { } follower && product.Primitive!.Absorb(follower, product.InputSpecs) is { } primitive)
                return operation with { Primitive = primitive, Inputs = [.. product.Inputs, .. operation.Inputs.Where(other => other != product)], Scope = product.Scope };
        }

        return null;
    }
}
