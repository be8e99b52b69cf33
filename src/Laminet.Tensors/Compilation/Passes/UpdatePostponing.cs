namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Postpones an update, and with it the gradient that nothing else reads, to where less memory is in use: the gradient of a large layer's
/// weights would lie beside all that the rest of the backward pass has yet to read. What the gradient is made of stays until then, so
/// only moves that lower the peak are made.
/// </summary>
internal static class UpdatePostponing
{
    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        Updates updates = new(graph, users);
        Lifetimes lifetimes = new(graph);
        while (Postponed(graph, lifetimes, users, updates) is { } next)
        {
            Lifetimes after = new(next);
            if (after.PeakBytes >= lifetimes.PeakBytes)
                break;
            (graph, lifetimes) = (next, after);
        }

        return graph;
    }

    // The order with the one update moved that lowers the peak most; null if none does.
    private static Graph? Postponed(Graph graph, Lifetimes lifetimes, ILookup<Operation, Operation> users, Updates updates)
    {
        (long Peak, int Place, HashSet<Operation> Group)? best = null;
        for (int place = lifetimes.PeakPlace; place < graph.Operations.Count; place++)
        {
            Operation moved = graph.Operations[place];
            if (moved.Kind != OperationKind.HostCall && (moved.Kind != OperationKind.Computed || !updates.Contains(moved)))
                continue;
            HashSet<Operation> group = [];
            Collect(moved, group, users, lifetimes);
            if (!group.Any(member => lifetimes.Buffers.TryGetValue(member, out PlannedBuffer? buffer) && buffer.Start <= lifetimes.PeakPlace))
                continue;
            (long peak, int quietest) = Quietest(graph, lifetimes, group, place, updates);
            if (peak < (best?.Peak ?? lifetimes.PeakBytes))
                best = (peak, quietest, group);
        }

        if (best is not { } move)
            return null;
        List<Operation> order = [];
        for (int place = 0; place <= graph.Operations.Count; place++)
        {
            if (place == move.Place)
                order.AddRange(graph.Operations.Where(move.Group.Contains));
            if (place < graph.Operations.Count && !move.Group.Contains(graph.Operations[place]))
                order.Add(graph.Operations[place]);
        }

        return graph.Reordered(order);
    }

    // An update, the operation that computes what it reads, and what shapes that on the way, as far as nothing else reads it.
    private static void Collect(Operation operation, HashSet<Operation> group, ILookup<Operation, Operation> users, Lifetimes lifetimes)
    {
        group.Add(operation);
        if (operation.OutputCount > 1)
            group.UnionWith(users[operation]);
        if (operation.Primitive is { IsOnePass: false, IsView: false })
            return;
        foreach (Operation input in operation.Inputs)
        {
            if (lifetimes.Buffers.ContainsKey(lifetimes.Layouts[input].Owner) && users[input].All(group.Contains))
                Collect(input, group, users, lifetimes);
        }
    }

    // Before which place behind the update the peak would be lowest, and how high.
    private static (long Peak, int Place) Quietest(Graph graph, Lifetimes lifetimes, HashSet<Operation> group, int update, Updates updates)
    {
        // What would be in use without the group, and what its inputs add from where they are not needed otherwise.
        long[] live = [.. lifetimes.LiveBytes];
        long[] ended = new long[live.Length + 1];
        long own = 0;
        foreach (PlannedBuffer buffer in Buffers(group, lifetimes))
        {
            own += buffer.Bytes;
            if (!group.Contains(graph.Operations[buffer.Start]))
                continue;
            for (int place = buffer.Start; place <= buffer.End; place++)
                live[place] -= buffer.Bytes;
        }

        foreach (PlannedBuffer buffer in Buffers(group.SelectMany(member => member.Inputs).Where(input => !group.Contains(input)), lifetimes))
            ended[buffer.End + 1] += buffer.Bytes;

        long[] later = new long[live.Length + 1];
        for (int place = live.Length - 1; place >= 0; place--)
            later[place] = Math.Max(later[place + 1], live[place]);
        (long Peak, int Place) best = (long.MaxValue, 0);
        long before = 0, held = 0;
        for (int place = 0; place < live.Length; place++)
        {
            held += ended[place];
            if (place > update)
            {
                long peak = Math.Max(Math.Max(before, later[place]), Math.Min(live[place - 1], live[place]) + held + own);
                if (peak < best.Peak)
                    best = (peak, place);
            }

            if (place < graph.Operations.Count && !group.Contains(graph.Operations[place]) && MustStayBehind(graph.Operations[place], graph.Operations[update], group, lifetimes, updates))
                break;
            before = Math.Max(before, live[place] + held);
        }

        return best;
    }

    private static IEnumerable<PlannedBuffer> Buffers(IEnumerable<Operation> operations, Lifetimes lifetimes) =>
        operations.Select(operation => lifetimes.Buffers.GetValueOrDefault(lifetimes.Layouts[operation].Owner)).OfType<PlannedBuffer>().Distinct();

    // What reads the group's results, a host call behind another, and the update of a variable that is read in the group.
    private static bool MustStayBehind(Operation other, Operation moved, HashSet<Operation> group, Lifetimes lifetimes, Updates updates) =>
        other.Inputs.Any(group.Contains)
        || (other.Kind == OperationKind.HostCall && moved.Kind == OperationKind.HostCall)
        || updates.ChangedBy(other).Any(variable => group.Any(member => member.Inputs.Any(input => lifetimes.Layouts[input].Owner.Variable == variable)));
}
