namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Runs effects as early as they may: a variable's update right after its gradient, so that the gradient's memory is free again and not
/// all gradients are there at once. Everything that reads the variable's old value comes first, and effects keep their order among those
/// that change the same variables or change nothing. Where a later place makes the whole need less memory, an update is postponed.
/// </summary>
internal static class Scheduling
{
    public static OperationGraph Run(OperationGraph graph) => graph.Effects.Count == 0 ? graph : UpdatePostponing.Run(AsEarlyAsPossible(graph));

    /// <summary>
    /// Whether an effect must stay behind an earlier one. One without changes may be a check that stops the call: what changes something
    /// must not overtake it. One without inputs, such as the count of steps, would otherwise run first of all, although the updates
    /// before it read the old count and those after it the new one.
    /// </summary>
    public static bool MustFollow(Operation effect, Operation earlier) =>
        earlier.Changes.Count == 0 || effect.Changes.Count == 0 || earlier.Inputs.Count == 0 || effect.Inputs.Count == 0
        || earlier.Changes.Any(effect.Changes.Contains);

    private static OperationGraph AsEarlyAsPossible(OperationGraph graph)
    {
        Operation[] others = [.. graph.Operations.Where(operation => operation.Kind != OperationKind.Effect)];
        Dictionary<Operation, int> places = [];
        // A view of a variable is read by whoever reads the view.
        Dictionary<Variable, int> lastReads = [];
        Dictionary<Operation, Layout> layouts = Layouts.Of(graph);
        for (int place = 0; place < others.Length; place++)
        {
            places[others[place]] = place;
            foreach (Operation input in others[place].Inputs)
            {
                if (layouts[input].Owner.Variable is { } variable)
                    lastReads[variable] = place;
            }
        }

        // The place after which each effect may run: its inputs, the readers of what it changes and the effects it follows are there.
        int[] waits = new int[graph.Effects.Count];
        List<Operation>[] following = [.. others.Select(_ => new List<Operation>())];
        for (int i = 0; i < waits.Length; i++)
        {
            Operation effect = graph.Effects[i];
            foreach (Operation input in effect.Inputs)
                waits[i] = Math.Max(waits[i], places[input]);
            foreach (Variable variable in effect.Changes)
                waits[i] = Math.Max(waits[i], lastReads.GetValueOrDefault(variable));
            for (int earlier = 0; earlier < i; earlier++)
            {
                if (waits[earlier] > waits[i] && MustFollow(effect, graph.Effects[earlier]))
                    waits[i] = waits[earlier];
            }

            if (others.Length > 0)
                following[waits[i]].Add(effect);
        }

        return others.Length == 0 ? graph : graph.Reordered([.. others.SelectMany((operation, place) => following[place].Prepend(operation))]);
    }
}
