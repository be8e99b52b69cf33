namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Runs updates of variables and host calls as early as they may: an optimizer's step right after its gradient, so that the gradient's memory
/// is free again and not all gradients are there at once. What reads a variable's old value comes before its update, and so does everything
/// that may fail, since a call that fails changes nothing. Host calls keep their order. Where a later place makes the whole need less
/// memory, an update is postponed.
/// </summary>
internal static class Scheduling
{
    private const long Small = 1024;

    public static Graph Run(Graph graph) =>
        graph.HostCalls.Count == 0 && graph.Successions.Count == 0 ? graph : UpdatePostponing.Run(AsEarlyAsPossible(graph));

    // What is given, and what updates read that is small and made of variables and constants alone, such as a step's learning rate: written
    // down late, it would keep them waiting. So would a check of a scalar, such as the position at which a cache is written.
    private static HashSet<Operation> RunFirst(Graph graph, Updates updates)
    {
        HashSet<Operation> given = [], small = [], scalar = [];
        foreach (Operation operation in graph.Operations)
        {
            if (operation.Kind is OperationKind.Parameter or OperationKind.Variable or OperationKind.Constant)
                given.Add(operation);
            else if (operation.Kind != OperationKind.HostCall && operation.Bytes <= Small
                && operation.Inputs.All(input => input.Kind != OperationKind.Parameter && (given.Contains(input) || small.Contains(input))))
                small.Add(operation);
            if (operation is { Kind: OperationKind.Computed, Bytes: <= sizeof(long) } && operation.Inputs.All(input => given.Contains(input) || scalar.Contains(input)))
                scalar.Add(operation);
        }

        Stack<Operation> open = new(graph.Operations.Where(updates.Contains).SelectMany(update => update.Inputs).Where(small.Contains));
        foreach (Operation check in scalar.Where(operation => operation.Primitive is { MayThrow: true }))
            open.Push(check);
        while (open.TryPop(out Operation? operation))
        {
            if (given.Add(operation))
            {
                foreach (Operation input in operation.Inputs)
                    open.Push(input);
            }
        }

        return given;
    }

    private static Graph AsEarlyAsPossible(Graph graph)
    {
        Updates updates = new(graph, graph.Users());
        HashSet<Operation> first = RunFirst(graph, updates);
        Operation[] computed = [.. graph.Operations.Where(operation => operation.Kind != OperationKind.HostCall && !updates.Contains(operation))];
        Operation[] others = [.. computed.Where(first.Contains), .. computed.Where(operation => !first.Contains(operation))];
        // The place after which each operation is there.
        Dictionary<Operation, int> places = [];
        Dictionary<Variable, int> lastReads = [];
        // A view of a variable is read by the reader of the view.
        Dictionary<Operation, Layout> layouts = Layouts.Of(graph);
        int lastFailure = 0;
        for (int place = 0; place < others.Length; place++)
        {
            places[others[place]] = place;
            NoteReads(others[place], place);
            if (others[place].Primitive is { MayThrow: true })
                lastFailure = place;
        }

        List<Operation>[] following = [.. Enumerable.Range(0, Math.Max(1, others.Length)).Select(_ => new List<Operation>())];
        int lastHostCall = 0;
        foreach (Operation hostCall in graph.HostCalls)
        {
            lastHostCall = Math.Max(lastHostCall, AfterInputs(hostCall));
            NoteReads(hostCall, lastHostCall);
            following[lastHostCall].Add(hostCall);
        }

        foreach (Operation update in graph.Operations.Where(updates.Contains))
        {
            int place = Math.Max(Math.Max(lastFailure, lastHostCall), AfterInputs(update));
            foreach (Variable variable in updates.ChangedBy(update))
                place = Math.Max(place, lastReads.GetValueOrDefault(variable));
            places[update] = place;
            NoteReads(update, place);
            following[place].Add(update);
        }

        return graph.Reordered(others.Length == 0 ? following[0] : [.. others.SelectMany((operation, place) => following[place].Prepend(operation))]);

        int AfterInputs(Operation operation) => operation.Inputs.Count == 0 ? 0 : operation.Inputs.Max(input => places[input]);

        void NoteReads(Operation reader, int place)
        {
            foreach (Operation input in reader.Inputs)
            {
                if (layouts[input].Owner.Variable is { } variable)
                    lastReads[variable] = Math.Max(lastReads.GetValueOrDefault(variable), place);
            }
        }
    }
}
