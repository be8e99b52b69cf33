using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// A function that changes no weights reads the kernels of its convolutions in the order in which the tiles want them: the variable
/// itself lies so meanwhile, and no call copies them first.
/// </summary>
internal static class KernelPacking
{
    public static OperationGraph Run(OperationGraph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results];
        FixedOperations fixedOnes = new(graph);
        return graph.Rewrite((original, operation) =>
        {
            if (operation.Kind == OperationKind.Variable)
                return ColumnsFor(original) is > 0 and int columns ? InPanels(operation, columns) : operation;
            return FoldedConvolution.Of(operation) is { } folded && operation.Inputs[1].InPanels
                ? operation with { Primitive = folded with { Packed = original.Inputs[1].Spec.Shape } }
                : operation;
        });

        // All that read it must be convolutions, and read it as their kernel alone.
        int ColumnsFor(Operation variable)
        {
            if (results.Contains(variable) || !fixedOnes.Contains(variable))
                return 0;
            int[] columns = [.. users[variable].Select(user => ColumnsOf(user, variable)).Distinct()];
            return columns.Length == 1 ? columns[0] : 0;
        }
    }

    private static int ColumnsOf(Operation user, Operation kernel)
    {
        if (FoldedConvolution.Of(user) is not { Packed: null } folded || user.Inputs.Count(input => input == kernel) != 1 || user.Inputs[1] != kernel)
            return 0;
        return KernelPanels.Columns(folded.Core.Geometry(user.Inputs[0].Spec.Shape, kernel.Spec.Shape, user.Spec.Shape), kernel.Spec.DType);
    }

    private static Operation InPanels(Operation variable, int columns)
    {
        int filters = variable.Spec.Shape[-1];
        return variable with { Spec = variable.Spec with { Shape = [filters / columns, variable.Spec.Shape.ElementCount / filters, columns] }, InPanels = true };
    }
}
