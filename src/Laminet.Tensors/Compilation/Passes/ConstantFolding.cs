namespace Laminet.Tensors.Compilation.Passes;

/// <summary>What depends on constants alone is computed once, now, unless the result is much larger than what it is made of.</summary>
internal static class ConstantFolding
{
    private const long MostBytes = 1 << 16;

    public static Graph Run(Graph graph) => graph.Rewrite(operation =>
    {
        if (operation.Kind != OperationKind.Computed || operation.OutputCount > 1 || operation.Inputs.Any(input => input.Kind != OperationKind.Constant))
            return operation;
        if (operation.Bytes > Math.Max(MostBytes, operation.Inputs.Sum(input => input.Bytes)))
            return operation;
        Tensor value = operation.Primitive!.Apply([.. operation.Inputs.Select(input => input.Constant!)]);
        return new Operation(OperationKind.Constant, operation.Spec, operation.Number) { Constant = value };
    });
}
