namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// The first layers of a network for images have by far the largest maps. Where a batch of them takes much memory in inference, that part
/// of the graph runs for a few examples after the other, whose results are put together for the rest. A convolution of few examples may
/// be computed in another way than one of many; then the last digits differ, as between batches of different size.
/// </summary>
internal static class BatchSlicing
{
    // What a slice works on then fits a third-level cache, or nearly.
    private const long SliceBytes = 24L << 20;

    // Below so many times that, memory is no matter, and a whole batch keeps more threads busy.
    private const int Worthwhile = 4;

    public static Graph Run(Graph graph) => Run(graph, SliceBytes);

    /// <summary>The same with slices of another size.</summary>
    public static Graph Run(Graph graph, long sliceBytes)
    {
        int batch = graph.Parameters.Count == 0 || graph.Parameters[0].Spec.Shape.Rank == 0 ? 0 : graph.Parameters[0].Spec.Shape[0];
        if (batch < 2 || graph.HostCalls.Count > 0 || graph.Successions.Count > 0)
            return graph;
        Lifetimes lifetimes = new(graph);
        if (lifetimes.PeakBytes < Worthwhile * sliceBytes)
            return graph;
        // What is in use at each place or later.
        long[] rest = [.. lifetimes.LiveBytes];
        for (int place = rest.Length - 2; place >= 0; place--)
            rest[place] = Math.Max(rest[place], rest[place + 1]);
        return Part(graph, batch, rest, sliceBytes) is { } part
            ? Sliced(graph, part.Operations, part.Result, batch, Math.Max(1, (int)(sliceBytes * batch / lifetimes.PeakBytes)))
            : graph;
    }

    /// <summary>
    /// The operations up to a place where a single tensor is handed over and the rest takes no more than a slice, or as little as can be had,
    /// and on as long as the tensor gets smaller. Null if that does not halve the memory: what looks across the batch comes too early.
    /// </summary>
    private static (HashSet<Operation> Operations, Operation Result)? Part(Graph graph, int batch, long[] rest, long sliceBytes)
    {
        Dictionary<Operation, int> lastReads = [];
        foreach ((int place, Operation operation) in graph.Operations.Index())
        {
            foreach (Operation input in operation.Inputs)
                lastReads[input] = place;
        }

        FixedOperations fixedOnes = new(graph);
        HashSet<Operation> results = [.. graph.Results], part = [], open = [];
        (HashSet<Operation>, Operation)? found = null;
        long remaining = rest[0] / 2, handedOver = long.MaxValue;
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            Operation operation = graph.Operations[place];
            if (fixedOnes.Contains(operation))
                continue;
            bool isParameter = operation.Kind == OperationKind.Parameter && operation.Spec.Shape.Rank > 0 && operation.Spec.Shape[0] == batch;
            if (results.Contains(operation) || !(isParameter || IsByExample(operation, part, fixedOnes)))
                return found;
            part.Add(operation);
            open.Add(operation);
            open.RemoveWhere(other => lastReads.GetValueOrDefault(other) <= place && other != operation);
            // The slices' results and the whole are there at the same time.
            long after = Math.Max(Math.Max(rest[place + 1], 2 * operation.Bytes), sliceBytes);
            if (open.Count != 1 || isParameter || after > remaining)
                continue;
            if (after < remaining || operation.Bytes < handedOver)
                (found, remaining, handedOver) = (([.. part], operation), after, operation.Bytes);
            else if (remaining == sliceBytes)
                return found;
        }

        return found;
    }

    private static bool IsByExample(Operation operation, HashSet<Operation> part, FixedOperations fixedOnes)
    {
        if (operation is not { Kind: OperationKind.Computed, OutputCount: 1 })
            return false;
        Reads[] reads = operation.Primitive!.ByExample(operation.InputSpecs);
        return reads.Length > 0 && operation.Inputs.Zip(reads).All(input => input.Second == Reads.Example ? part.Contains(input.First) : fixedOnes.Contains(input.First));
    }

    private static Graph Sliced(Graph graph, HashSet<Operation> part, Operation result, int batch, int examples)
    {
        // One number for all: they then stand in the order in which the results are reached, slice by slice.
        int number = result.Number;
        // As even as can be, so that no example is computed in another way than the rest.
        int slices = (batch + examples - 1) / examples;
        examples = (batch + slices - 1) / slices;
        List<Operation> results = [];
        for (int start = 0; start < batch; start += examples)
        {
            (int first, int count) = (start, Math.Min(examples, batch - start));
            Dictionary<Operation, Operation> copies = [];
            foreach (Operation operation in graph.Operations.Where(part.Contains))
            {
                copies[operation] = operation.Kind == OperationKind.Parameter
                    ? Tracer.Write(number, operation.Scope, [operation], images => images[0].Slice(first, first + count))
                    : operation with
                    {
                        Number = number,
                        Spec = operation.Spec with { Shape = operation.Spec.Shape.With(0, count) },
                        Inputs = [.. operation.Inputs.Select(input => copies.GetValueOrDefault(input, input))],
                    };
            }

            results.Add(copies[result]);
        }

        Operation whole = Tracer.Write(number, result.Scope, results, parts => Tensor.Concatenate(parts, 0));
        return graph.Rewrite((original, operation) => original == result ? whole : operation);
    }
}
