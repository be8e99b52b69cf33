namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Runs effects as early as they may: a variable's update right after its gradient, so that the gradient's memory is free again and not
/// all gradients are there at once. Everything that reads the variable's old value comes first, and effects keep their order among those
/// that change the same variables or change nothing.
/// </summary>
internal static class Scheduling
{
    public static OperationGraph Run(OperationGraph graph)
    {
        // How many operations an effect waits for: its inputs, the readers of what it changes, the effects before it that it must follow.
        Dictionary<Operation, HashSet<Operation>> waiting = [];
        foreach (Operation effect in graph.Effects)
        {
            HashSet<Operation> before = [.. effect.Inputs];
            foreach (Operation operation in graph.Operations)
            {
                if (operation.Kind == OperationKind.Effect)
                {
                    if (operation.Number < effect.Number && MustFollow(effect, operation))
                        before.Add(operation);
                }
                else if (operation.Inputs.Any(input => input.Variable is { } variable && effect.Changes.Contains(variable)))
                {
                    before.UnionWith(Readers(graph, operation));
                }
            }

            waiting[effect] = before;
        }

        List<Operation> order = [];
        HashSet<Operation> done = [];
        foreach (Operation operation in graph.Operations)
        {
            if (operation.Kind != OperationKind.Effect)
            {
                order.Add(operation);
                done.Add(operation);
            }

            foreach (Operation effect in graph.Effects)
            {
                if (!done.Contains(effect) && waiting[effect].IsSubsetOf(done))
                {
                    order.Add(effect);
                    done.Add(effect);
                }
            }
        }

        return graph.Reordered(order);
    }

    // An effect without changes may be a check that stops the call: what changes something must not overtake it. One without inputs,
    // such as the count of steps, would otherwise run first of all, although the updates before it read the old count and those after it
    // the new one.
    private static bool MustFollow(Operation effect, Operation earlier) =>
        earlier.Changes.Count == 0 || effect.Changes.Count == 0 || earlier.Inputs.Count == 0 || effect.Inputs.Count == 0
        || earlier.Changes.Intersect(effect.Changes).Any();

    // A view of a variable is read by whoever reads the view.
    private static IEnumerable<Operation> Readers(OperationGraph graph, Operation operation)
    {
        yield return operation;
        if (operation.Primitive is not { IsView: true })
            yield break;
        foreach (Operation user in graph.Operations.Where(user => user.Kind != OperationKind.Effect && user.Inputs.Contains(operation)))
        {
            foreach (Operation reader in Readers(graph, user))
                yield return reader;
        }
    }
}
