namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Computes a tensor again right before it is read late, rather than keep it, where that takes one pass over what is kept anyway: in
/// training relu(normalize(x)) is read by the next layer and, when nearly all of the backward pass is done, by the gradient of that
/// layer's kernel. Only as long as the peak gets lower.
/// </summary>
internal static class Rematerialization
{
    // Smaller tensors do not make a peak, and there are many.
    private const long LeastBytes = 1 << 18;

    // An input so many times smaller may live longer for it.
    private const int Small = 16;

    public static OperationGraph Run(OperationGraph graph) => Run(graph, LeastBytes);

    /// <summary>The same for tensors of another least size.</summary>
    public static OperationGraph Run(OperationGraph graph, long leastBytes)
    {
        if (!graph.Operations.Any(operation => MayBeRepeated(operation, leastBytes)))
            return graph;
        OperationGraph order = Scheduling.Run(graph);
        Lifetimes lifetimes = new(order);
        while (true)
        {
            Dictionary<Operation, int> repeated = Repeated(order, lifetimes, leastBytes);
            if (repeated.Count == 0)
                return graph;
            OperationGraph next = Repeat(graph, [.. order.Operations.Skip(lifetimes.PeakPlace)], repeated, lifetimes.Layouts);
            order = Scheduling.Run(next);
            Lifetimes after = new(order);
            if (after.PeakBytes >= lifetimes.PeakBytes)
                return graph;
            (graph, lifetimes) = (next, after);
        }
    }

    private static bool MayBeRepeated(Operation operation, long leastBytes) => operation.Primitive is { IsOnePass: true } && operation.Bytes >= leastBytes;

    // What lies unread at the peak and can be had again at its next reader from what is there then; with the number of its new place.
    private static Dictionary<Operation, int> Repeated(OperationGraph order, Lifetimes lifetimes, long leastBytes)
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
        for (int place = lifetimes.PeakPlace; place < order.Operations.Count; place++)
        {
            Operation reader = order.Operations[place];
            foreach (Operation owner in Owners(reader, lifetimes.Layouts))
            {
                if (repeated.TryGetValue(owner, out int number))
                    repeated[owner] = Math.Min(number, reader.Number);
                else if (unread.Remove(owner) && place > lifetimes.PeakPlace && Owners(owner, lifetimes.Layouts).All(input => IsThere(input, owner, place)))
                {
                    repeated[owner] = reader.Number;
                    unread.ExceptWith(Owners(owner, lifetimes.Layouts));
                }
            }
        }

        return repeated;

        bool IsThere(Operation input, Operation owner, int place) => !repeated.ContainsKey(input)
            && (!lifetimes.Buffers.ContainsKey(input) || lifetimes.LastUse(input) >= place || input.Bytes * Small <= owner.Bytes);
    }

    // The graph where late operations read what is computed again.
    private static OperationGraph Repeat(OperationGraph graph, HashSet<Operation> late, Dictionary<Operation, int> repeated, Dictionary<Operation, Layout> layouts)
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
                again[operation] = copy = operation with { Number = number, Inputs = [.. operation.Inputs.Select(input => operation.Primitive!.IsView ? Again(input) : rewritten[input])] };
            return copy;
        }
    }

    // Whose numbers an operation reads; a view reads none.
    private static IEnumerable<Operation> Owners(Operation reader, Dictionary<Operation, Layout> layouts) =>
        reader.Primitive is { IsView: true } ? [] : reader.Inputs.Select(input => layouts[input].Owner);
}
