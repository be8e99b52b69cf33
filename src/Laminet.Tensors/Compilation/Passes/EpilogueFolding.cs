namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Bias, residual and activation are applied to a convolution's or a matrix product's result while it is in registers: relu(x * k + bias +
/// residual) is one pass over memory where it were four. A normalisation takes its residual and activation likewise.
/// </summary>
internal static class EpilogueFolding
{
    public static Graph Run(Graph graph)
    {
        Surroundings surroundings = new(graph);
        return graph.Rewrite((original, operation) => surroundings.Replace(original, Folded(operation, surroundings) ?? operation));
    }

    private static Operation? Folded(Operation operation, Surroundings surroundings)
    {
        // Integers have no epilogue.
        if (!operation.Spec.DType.IsFloat())
            return null;
        for (int input = 0; input < operation.Inputs.Count; input++)
        {
            Operation product = operation.Inputs[input];
            // What computes a product takes in further steps as long as nothing else reads its result.
            if (product is not { Kind: OperationKind.Computed, OutputCount: 1 } || !surroundings.HasOneReader(product) || product.Spec != operation.Spec
                || operation.Inputs.Count(other => other == product) > 1)
                continue;
            if (operation.Primitive?.AsFollower(input, operation.InputSpecs) is not { } follower)
                continue;
            // Halves are rounded after each operation: only 0 in place of negative numbers comes to the same before it.
            if (operation.Spec.DType.IsHalf() && follower != Follower.Rectify)
                continue;
            // The work is the product's, and so is the part of the function it belongs to.
            if (product.Primitive!.Absorb(follower, product.InputSpecs) is { } primitive)
                return operation with { Primitive = primitive, Inputs = [.. product.Inputs, .. operation.Inputs.Where(other => other != product)], Scope = product.Scope };
        }

        return null;
    }
}
