using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Puts copies where numbers must lie one after the other and do not: before kernels that do not walk strides and before reshapes of
/// views, and where a result or a variable's next value would share memory that is written again.
/// </summary>
internal static class Materialization
{
    public static Graph Run(Graph graph)
    {
        Dictionary<Operation, Layout> layouts = [];
        Graph made = graph.Rewrite(operation =>
        {
            if (operation.Primitive is { ReadsInOrder: true } && operation.Inputs.Any(input => !layouts[input].View.IsContiguous))
                operation = operation with { Inputs = [.. operation.Inputs.Select(input => layouts[input].View.IsContiguous ? input : Copied(input, operation.Number))] };
            layouts[operation] = Layouts.Of(operation, layouts);
            return operation;
        });

        HashSet<Operation> taken = [];
        int last = made.Operations.Count == 0 ? 0 : made.Operations.Max(operation => operation.Number);
        return new Graph(
            made.Parameters, [.. made.Outputs.Select(output => IsOwn(output) && taken.Add(output) ? output : Copied(output, last + 1))],
            [.. made.Successions.Select(succession => (succession.Variable, IsOutside(layouts[succession.Value].Owner) ? Copied(succession.Value, last + 1) : succession.Value))],
            made.HostCalls)
        {
            Carries = made.Carries,
            FixedParameters = made.FixedParameters,
        };

        // Another variable may change before its value is taken; a parameter and a result have no place in the block.
        bool IsOutside(Operation owner) => owner.Kind is OperationKind.Variable or OperationKind.Parameter || taken.Contains(owner);

        Operation Copied(Operation input, int number)
        {
            Operation copy = new(OperationKind.Computed, input.Spec, number) { Primitive = new Copy(), Inputs = [input], Scope = input.Scope };
            layouts[copy] = Layouts.Of(copy, layouts);
            return copy;
        }

        static bool IsOwn(Operation output) => output.HasOwnMemory;
    }
}
