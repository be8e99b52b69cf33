using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Puts copies where numbers must lie one after the other and do not: before kernels that do not walk strides and before reshapes of
/// views, and where a result or an effect would look at somebody else's memory.
/// </summary>
internal static class Materialization
{
    public static OperationGraph Run(OperationGraph graph)
    {
        Dictionary<Operation, Layout> layouts = [];
        HashSet<Variable> changing = [.. graph.Effects.SelectMany(effect => effect.Changes)];
        OperationGraph made = graph.Rewrite(operation =>
        {
            bool needsOrder = operation.Primitive is Reshape || (operation.Primitive is { IsView: false, AcceptsStrides: false } && operation.Kind == OperationKind.Computed);
            if (needsOrder && operation.Inputs.Any(input => !layouts[input].View.IsContiguous))
                operation = operation with { Inputs = [.. operation.Inputs.Select(input => layouts[input].View.IsContiguous ? input : Copied(input, operation.Number))] };
            else if (operation.Inputs.Any(IsOverwritten))
                operation = operation with { Inputs = [.. operation.Inputs.Select(input => IsOverwritten(input) ? Copied(input, operation.Number) : input)] };
            layouts[operation] = Layouts.Of(operation, layouts);
            return operation;

            // An effect gets the old value of a variable that an effect writes over, maybe this one.
            bool IsOverwritten(Operation input) =>
                operation.Kind == OperationKind.Effect && layouts[input].Owner.Variable is { } variable && changing.Contains(variable);
        });

        HashSet<Operation> taken = [];
        int last = made.Operations.Count == 0 ? 0 : made.Operations.Max(operation => operation.Number);
        return new OperationGraph(
            made.Parameters, [.. made.Outputs.Select(output => IsOwn(output) && taken.Add(output) ? output : Copied(output, last + 1))],
            [.. made.Updates.Select(update => (update.Variable, IsOutside(layouts[update.Value].Owner) ? Copied(update.Value, last + 1) : update.Value))],
            made.Effects);

        // A variable may change before the update takes the value; a parameter and a result have no place in the block.
        bool IsOutside(Operation owner) => owner.Kind is OperationKind.Variable or OperationKind.Parameter || taken.Contains(owner);

        Operation Copied(Operation input, int number)
        {
            Operation copy = new(OperationKind.Computed, input.Spec, number) { Primitive = new Copy(), Inputs = [input], Scope = input.Scope };
            layouts[copy] = Layouts.Of(copy, layouts);
            return copy;
        }

        static bool IsOwn(Operation output) => output.Kind == OperationKind.Computed && !output.Primitive!.IsView;
    }
}
