using Laminet.Tensors.Blocks;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// A relu after a normalisation becomes part of it, forward and backward: the kernels work out anew which results were positive, so the
/// masked gradient never reaches memory.
/// </summary>
internal static class NormalizationFolding
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        return graph.Rewrite((original, operation) => operation.Primitive switch
        {
            Relu when operation.Inputs[0].Primitive is Normalize { Rectifies: false } normalize
                && users[original.Inputs[0]].Count() == 1 && !results.Contains(original.Inputs[0]) =>
                operation with { Primitive = normalize with { Rectifies = true }, Inputs = operation.Inputs[0].Inputs, Scope = operation.Inputs[0].Scope },
            NormalizeSums { Rectifies: false } sums when Masked(operation, sums.Epsilon) is { } upstream =>
                operation with { Primitive = sums with { Rectifies = true }, Inputs = With(operation, upstream) },
            NormalizeInputGradient { Rectifies: false } gradient when Masked(operation, gradient.Epsilon) is { } upstream =>
                operation with { Primitive = gradient with { Rectifies = true }, Inputs = With(operation, upstream) },
            _ => operation,
        });
    }

    // The upstream gradient before it was masked by the relu of this very normalisation.
    private static Operation? Masked(Operation gradient, double epsilon)
    {
        Operation masked = gradient.Inputs[1];
        if (masked.Primitive is not ReluGradient)
            return null;
        Operation output = masked.Inputs[1];
        if (output.Primitive is Relu)
            output = output.Inputs[0];
        else if (output.Primitive is not Normalize { Rectifies: true })
            return null;
        // The gradient's inputs are x, dy, then the normalisation's other four.
        return output.Primitive is Normalize normalize && normalize.Epsilon == epsilon
            && output.Inputs[0] == gradient.Inputs[0] && output.Inputs.Skip(1).SequenceEqual(gradient.Inputs.Skip(2).Take(4))
            ? masked.Inputs[0]
            : null;
    }

    private static Operation[] With(Operation gradient, Operation upstream) => [gradient.Inputs[0], upstream, .. gradient.Inputs.Skip(2)];
}
