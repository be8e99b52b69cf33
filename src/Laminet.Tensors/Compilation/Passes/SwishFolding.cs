using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>y sigmoid(y) of a convolution's result y, in inference, is computed while y is in the cache: the convolution takes it in, as <see cref="EpilogueFolding"/> does with simpler followers.</summary>
internal static class SwishFolding
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        return graph.Rewrite((original, operation) =>
        {
            if (Source(original) is not { } source)
                return operation;
            Operation product = operation.Inputs[original.Inputs[0] == source ? 0 : 1];
            return FoldedConvolution.WithSwish(product) is { } primitive ? operation with { Primitive = primitive, Inputs = product.Inputs, Scope = product.Scope } : operation;
        });

        // What is multiplied by its own sigmoid, if nothing else reads either.
        Operation? Source(Operation operation)
        {
            if (operation.Primitive is not Multiply)
                return null;
            for (int i = 0; i < 2; i++)
            {
                (Operation source, Operation sigmoid) = (operation.Inputs[i], operation.Inputs[1 - i]);
                if (sigmoid.Primitive is Sigmoid && sigmoid.Inputs[0] == source && users[sigmoid].Count() == 1 && users[source].Count() == 2 && !results.Contains(sigmoid) && !results.Contains(source))
                    return source;
            }

            return null;
        }
    }
}
