namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Computes a tensor again right before it is read late, rather than keep it, where that takes a pass or two over what is kept anyway: in
/// training relu(normalize(x)) is read by the next layer and, when nearly all of the backward pass is done, by the gradient of that
/// layer's kernel; of the sums relu(normalize(x) + y) along a residual network every other one is computed again from the one before it.
/// Only as long as the peak gets lower by enough.
/// </summary>
internal static class Rematerialization
{
    // Smaller tensors do not make a peak, and there are many.
    private const long LeastBytes = 1 << 18;

    // An input so many times smaller may live longer for it.
    private const int Small = 16;

    // So many bytes at most are computed again for one that the peak is lower.
    private const int MostWork = 2;

    public static Graph Run(Graph graph) => Run(graph, LeastBytes);

    /// <summary>The same for tensors of another least size, 1 for all.</summary>
    public static Graph Run(Graph graph, long leastBytes)
    {
        if (!graph.Operations.Any(operation => MayBeRepeated(operation, leastBytes)))
            return graph;
        Graph order = Scheduling.Run(graph);
        Lifetimes lifetimes = new(order);
        while (true)
        {
            Dictionary<Operation, int> repeated = Repeated(order, lifetimes, leastBytes);
            if (repeated.Count == 0)
                return graph;
            Graph next = Repeat(graph, [.. order.Operations.Skip(lifetimes.PeakPlace)], repeated, lifetimes.Layouts);
            order = Scheduling.Run(next);
            Lifetimes after = new(order);
            if (after.PeakBytes >= lifetimes.PeakBytes || (lifetimes.PeakBytes - after.PeakBytes) * MostWork < repeated.Keys.Sum(operation => operation.Bytes))
                return graph;
            (graph, lifetimes) = (next, after);
        }
    }

    private static bool MayBeRepeated(Operation operation, long leastBytes) => operation.Primitive is { IsOnePass: true } && operation.Bytes >= leastBytes;

    // What lies unread at the peak and can be had again at its next reader from what is there then; with the number of its new place.
    private static Dictionary<Operation, int> Repeated(Graph order, Lifetimes lifetimes, long leastBytes)
    {
        HashSet<Operation> unread = [];
        for (int place = 0; place < lifetimes.PeakPlace; place++)
        {
            Operation operation = order.Operations[place];
            if (MayBeRepeated(operation, leastBytes) && lifetimes.Buffers.ContainsKey(operation)
                && lifetimes.LastUse(operation) > lifetimes.PeakPlace && lifetimes.LastUse(operation) < order.Operations.Count)
                unread.Add(operation);
        }

        Dictionary<Operation, int> repeated = [];
        if (unread.Count == 0)
            return repeated;
        // What is read at the peak must be there, and what is to be read for a second time.
        HashSet<Operation> needed = [.. Owners(order.Operations[lifetimes.PeakPlace], lifetimes.Layouts)];
        foreach ((int place, Operation reader) in order.Operations.Index().Skip(lifetimes.PeakPlace + 1).OrderBy(item => item.Item.Number))
        {
            foreach (Operation owner in Owners(reader, lifetimes.Layouts))
            {
                if (!unread.Remove(owner) || needed.Contains(owner))
                    continue;
                Operation[] steps = [.. Owners(owner, lifetimes.Layouts).Where(input => !IsThere(input, owner, place))];
                Operation[] sources = [.. Owners(owner, lifetimes.Layouts).Except(steps), .. steps.SelectMany(step => Owners(step, lifetimes.Layouts))];
                if (!steps.All(MayBeStep) || !sources.All(source => IsThere(source, owner, place)))
                    continue;
                needed.UnionWith(sources);
                foreach (Operation part in steps.Prepend(owner))
                    repeated[part] = reader.Number;
            }
        }

        return repeated;

        bool IsThere(Operation input, Operation owner, int place) => !repeated.ContainsKey(input)
            && (!lifetimes.Buffers.ContainsKey(input) || lifetimes.LastUse(input) >= place || input.Bytes * Small <= owner.Bytes);

        // Computed again for the sake of a single other.
        bool MayBeStep(Operation operation) => operation.Primitive is { IsOnePass: true }
            && !repeated.ContainsKey(operation) && !needed.Contains(operation) && lifetimes.LastUse(operation) < lifetimes.PeakPlace;
    }

    // The graph where late operations read what is computed again.
    private static Graph Repeat(Graph graph, HashSet<Operation> late, Dictionary<Operation, int> repeated, Dictionary<Operation, Layout> layouts)
    {
        Dictionary<Operation, Operation> rewritten = [], again = [];
        return graph.Rewrite((original, operation) =>
        {
            if (late.Contains(original) && Owners(original, layouts).Any(repeated.ContainsKey))
                operation = operation with { Inputs = [.. original.Inputs.Select(Again)] };
            return rewritten[original] = operation;
        });

        Operation Again(Operation operation)
        {
            if (!repeated.TryGetValue(layouts[operation].Owner, out int number))
                return rewritten[operation];
            if (!again.TryGetValue(operation, out Operation? copy))
                again[operation] = copy = operation with { Number = number, Inputs = [.. operation.Inputs.Select(Again)] };
            return copy;
        }
    }

    // Whose numbers an operation reads; a view reads none.
    private static IEnumerable<Operation> Owners(Operation reader, Dictionary<Operation, Layout> layouts) =>
        reader.IsView || reader.Kind == OperationKind.Part ? [] : reader.Inputs.Select(input => layouts[input].Owner);
}
