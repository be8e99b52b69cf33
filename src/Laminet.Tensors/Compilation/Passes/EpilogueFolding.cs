using Laminet.Tensors.Blocks;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Bias, residual and activation are applied to a convolution's or a matrix product's result while it is in registers: relu(x * k + bias +
/// residual) is one pass over memory where it were four. A normalisation takes its residual and activation likewise.
/// </summary>
internal static class EpilogueFolding
{
    public static OperationGraph Run(OperationGraph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        // Whoever stands in the place of a product may be folded into as long as nobody else reads the product.
        HashSet<Operation> open = [];
        return graph.Rewrite((original, operation) =>
        {
            Operation folded = operation.Kind == OperationKind.Computed ? Folded(operation, open) : operation;
            if (users[original].Count() == 1 && !results.Contains(original))
                open.Add(folded);
            return folded;
        });
    }

    private static Operation Folded(Operation operation, HashSet<Operation> open)
    {
        // Integers have no epilogue, and halves are rounded after each operation.
        if (operation.Spec.DType is not (DType.Float32 or DType.Float64))
            return operation;
        switch (operation.Primitive)
        {
            case Relu when open.Contains(operation.Inputs[0]):
                return WithRelu(operation, operation.Inputs[0]) ?? operation;
            case Add when operation.Inputs[0] != operation.Inputs[1]:
                for (int side = 0; side < 2; side++)
                {
                    Operation product = operation.Inputs[side], other = operation.Inputs[1 - side];
                    if (open.Contains(product) && IsProduct(product) && product.Spec == operation.Spec && WithAddend(operation, product, other) is { } folded)
                        return folded;
                }

                return operation;
            default:
                return operation;
        }
    }

    private static bool IsProduct(Operation operation) => operation.Primitive is Convolution or FoldedConvolution or MatMul or FoldedMatMul or Normalize;

    private static Operation? WithRelu(Operation relu, Operation product) => product.Primitive switch
    {
        Convolution { Relu: false } convolution => Replace(relu, product, convolution with { Relu = true }, product.Inputs),
        FoldedConvolution { Core.Relu: false } folded => Replace(relu, product, folded with { Core = folded.Core with { Relu = true } }, product.Inputs),
        FoldedNormalize { Core.Rectifies: false } folded => Replace(relu, product, new FoldedNormalize(folded.Core with { Rectifies = true }), product.Inputs),
        MatMul product2 => Replace(relu, product, new FoldedMatMul(product2, false, false, true), product.Inputs),
        FoldedMatMul { Relu: false } folded => Replace(relu, product, folded with { Relu = true }, product.Inputs),
        _ => null,
    };

    private static Operation? WithAddend(Operation sum, Operation product, Operation addend)
    {
        int columns = product.Spec.Shape[-1];
        // A vector along the last axis; (1, n) would do as well, but nobody writes biases so.
        bool isBias = addend.Spec.Shape.Rank == 1 && addend.Spec.Shape[0] == columns;
        bool isResidual = !isBias && addend.Spec == product.Spec;
        return (product.Primitive, isBias, isResidual) switch
        {
            (Convolution { Relu: false } convolution, true, _) when product.Inputs.Count == 2 => Replace(sum, product, convolution, [.. product.Inputs, addend]),
            (Convolution { Relu: false } or FoldedConvolution { Core.Relu: false, HasResidual: false }, _, true) =>
                Replace(sum, product, FoldedConvolution.Of(product)! with { HasResidual = true }, [.. product.Inputs, addend]),
            (Normalize { Rectifies: false } normalize, _, true) => Replace(sum, product, new FoldedNormalize(normalize), [.. product.Inputs, addend]),
            (MatMul matMul, true, _) => Replace(sum, product, new FoldedMatMul(matMul, true, false, false), [.. product.Inputs, addend]),
            (MatMul matMul, _, true) => Replace(sum, product, new FoldedMatMul(matMul, false, true, false), [.. product.Inputs, addend]),
            (FoldedMatMul { Relu: false, HasResidual: false } folded, _, true) => Replace(sum, product, folded with { HasResidual = true }, [.. product.Inputs, addend]),
            _ => null,
        };
    }

    // The work is the product's, and so is the part of the function it belongs to.
    private static Operation Replace(Operation operation, Operation product, Primitive primitive, IReadOnlyList<Operation> inputs) =>
        operation with { Primitive = primitive, Inputs = inputs, Scope = product.Scope };
}
