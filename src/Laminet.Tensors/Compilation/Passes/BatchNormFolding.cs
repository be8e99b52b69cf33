using Laminet.Tensors.Blocks;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// In inference a batch normalisation after a convolution is one factor and one offset a filter: gamma (x * k + b - mean) r + beta is
/// (x * k) gamma r + (b - mean) gamma r + beta. Both vectors are worked out once, and the normalisation is gone.
/// </summary>
internal static class BatchNormFolding
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        FixedOperations fixedOnes = new(graph);
        return graph.Rewrite((original, operation) =>
        {
            if (operation.Primitive is not Normalize { OwnMoments: false } normalize || operation.Inputs[0] is not { Primitive: Convolution { Relu: false } } product)
                return operation;
            bool hasOneReader = users[original.Inputs[0]].Count() == 1 && !results.Contains(original.Inputs[0]);
            return hasOneReader && product.Inputs.Skip(1).Concat(operation.Inputs.Skip(1)).All(fixedOnes.Contains)
                ? Folded(operation, product, normalize)
                : operation;
        });
    }

    private static Operation Folded(Operation operation, Operation product, Normalize normalize) => Tracer.Write(
        operation.Number, product.Scope, [.. product.Inputs, .. operation.Inputs.Skip(1)],
        inputs =>
        {
            (Tensor mean, Tensor variance, Tensor gamma, Tensor beta) = (inputs[^4], inputs[^3], inputs[^2], inputs[^1]);
            Tensor factor = gamma * Channels.Deviation(variance, normalize.Epsilon);
            Tensor before = product.Inputs.Count == 3 ? inputs[2] - mean : -mean;
            Convolution convolution = (Convolution)product.Primitive! with { Relu = normalize.Rectifies };
            return new FoldedConvolution(convolution, HasScale: true, HasBias: true).Apply(inputs[0], inputs[1], factor, (before * factor) + beta);
        });
}
