using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>Operations that change nothing go, pairs that undo each other too. Only rules that keep every bit.</summary>
internal static class Simplification
{
    public static OperationGraph Run(OperationGraph graph) => graph.Rewrite(operation =>
    {
        Operation? before = null;
        while (operation != before && operation is { Kind: OperationKind.Computed, Inputs.Count: > 0 })
            (before, operation) = (operation, Simplified(operation));
        return operation;
    });

    private static Operation Simplified(Operation operation)
    {
        Operation first = operation.Inputs[0];
        switch (operation.Primitive)
        {
            // Gradients are taken of the graph as traced.
            case StopGradient:
                return first;
            case Reshape or BroadcastTo or Cast when first.Spec == operation.Spec:
                return first;
            case Reshape when first.Primitive is Reshape:
                return operation with { Inputs = [first.Inputs[0]] };
            case Transpose outer when first.Primitive is Transpose inner:
                return Transposed(operation, first.Inputs[0], Composed(outer.Order.Given, inner.Order.Given));
            case Transpose { Order: var order } when IsInOrder(order.Given):
                return first;
            case Negate when first.Primitive is Negate:
                return first.Inputs[0];
            // x + 0 is left alone: it turns -0 into 0.
            case Multiply or Divide when IsNumber(operation.Inputs[1], 1) && first.Spec == operation.Spec:
            case Subtract when IsNumber(operation.Inputs[1], 0) && first.Spec == operation.Spec:
                return first;
            case Multiply when IsNumber(first, 1) && operation.Inputs[1].Spec == operation.Spec:
                return operation.Inputs[1];
            case Slice { Step: 1, First: 0 } when first.Spec == operation.Spec:
                return first;
            case Concatenate when operation.Inputs.Count == 1:
                return first;
            case Reduce { Kind: Kernels.ReductionKind.Sum } when first.Spec.Shape.ElementCount == operation.Spec.Shape.ElementCount && first.Spec.DType.IsFloat():
                return operation with { Primitive = new Reshape(operation.Spec.Shape) };
            default:
                return operation;
        }
    }

    private static Operation Transposed(Operation operation, Operation source, int[] order) =>
        IsInOrder(order) ? source : operation with { Primitive = new Transpose(order), Inputs = [source] };

    private static int[] Composed(ReadOnlySpan<int> outer, ReadOnlySpan<int> inner)
    {
        int[] order = new int[outer.Length];
        for (int place = 0; place < order.Length; place++)
            order[place] = inner[outer[place]];
        return order;
    }

    private static bool IsInOrder(ReadOnlySpan<int> order)
    {
        for (int place = 0; place < order.Length; place++)
        {
            if (order[place] != place)
                return false;
        }

        return true;
    }

    // 0 by its bits: x - (-0) is x + 0.
    private static bool IsNumber(Operation operation, double number) =>
        operation.Constant is { Length: 1 } constant && BitConverter.DoubleToInt64Bits(constant.ToDouble()) == BitConverter.DoubleToInt64Bits(number);
}
