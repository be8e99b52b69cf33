namespace Laminet.Tensors.Compilation;

/// <summary>Where every intermediate lies in one block of memory. Two share a place if they are never needed at the same time.</summary>
internal sealed class MemoryPlan
{
    private readonly Lifetimes lifetimes;
    private readonly Dictionary<Operation, long> kept = [];
    private readonly Dictionary<Operation, Operation> carried = [];

    public MemoryPlan(Graph graph)
    {
        lifetimes = new Lifetimes(graph);
        foreach (Operation operation in lifetimes.Kept.Where(operation => operation.HasOwnMemory))
        {
            kept[operation] = KeptBytes;
            KeptBytes += Lifetimes.Aligned(operation.Bytes);
        }

        Bytes = AssignOffsets(lifetimes.Buffers.Values.Concat(lifetimes.Scratch.Values).Distinct());
        for (int i = 0; i < graph.Carries; i++)
            carried[graph.Parameters[i]] = graph.Outputs[i];
    }

    /// <summary>How each tensor lies.</summary>
    public Dictionary<Operation, Layout> Layouts => lifetimes.Layouts;

    /// <summary>The size of the block.</summary>
    public long Bytes { get; }

    /// <summary>The size of a second block, for what stays from call to call because it depends on weights alone.</summary>
    public long KeptBytes { get; }

    /// <summary>Whether a tensor has a place of its own in one of the blocks.</summary>
    public bool Holds(Operation owner) => lifetimes.Buffers.ContainsKey(owner) || Keeps(owner);

    /// <summary>Whether a tensor, or what an operation computes, stays from call to call.</summary>
    public bool Keeps(Operation operation) => lifetimes.Kept.Contains(operation);

    /// <summary>The variable, or the parameter that a loop's turn hands on, in whose memory a tensor lies because it succeeds it; null for none.</summary>
    public object? HomeOf(Operation owner) => lifetimes.Successors.Of(owner);

    /// <summary>What a parameter of a loop's turn is in the next turn.</summary>
    public Operation CarriedFrom(Operation parameter) => carried[parameter];

    /// <summary>Where in the block the memory begins that an operation's kernel works in; null for none.</summary>
    public long? ScratchOf(Operation operation) => lifetimes.Scratch.TryGetValue(operation, out PlannedBuffer? buffer) ? buffer.Offset : null;

    /// <summary>The tensors that an operation's kernel writes: itself, or those of its parts that something reads.</summary>
    public IEnumerable<Operation> Results(Operation producer) => lifetimes.Results(producer);

    /// <summary>Where in its block a tensor begins, in bytes.</summary>
    public long OffsetOf(Operation owner) => kept.TryGetValue(owner, out long offset) ? offset : lifetimes.Buffers[owner].Offset;

    /// <summary>The bytes of each part of the function at the moment when most are in use.</summary>
    public IReadOnlyDictionary<string, long> AtPeak()
    {
        int peak = lifetimes.PeakPlace;
        // A buffer belongs to the operation that began it.
        return lifetimes.Buffers.Where(pair => pair.Value.Start <= peak && pair.Value.End >= peak).GroupBy(pair => pair.Value)
            .GroupBy(group => group.MinBy(pair => pair.Key.Number).Key.Scope).ToDictionary(scope => scope.Key, scope => scope.Sum(group => group.Key.Bytes));
    }

    // The largest first, each at the lowest place that is free as long as it lives.
    private static long AssignOffsets(IEnumerable<PlannedBuffer> buffers)
    {
        List<PlannedBuffer> placed = [];
        long total = 0;
        foreach (PlannedBuffer buffer in buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.Start))
        {
            long offset = 0;
            foreach (PlannedBuffer other in placed)
            {
                if (other.Start > buffer.End || buffer.Start > other.End)
                    continue;
                if (offset + buffer.Bytes <= other.Offset)
                    break;
                offset = Math.Max(offset, other.Offset + other.Bytes);
            }

            buffer.Offset = offset;
            total = Math.Max(total, offset + buffer.Bytes);
            int index = placed.FindIndex(other => other.Offset > offset);
            placed.Insert(index < 0 ? placed.Count : index, buffer);
        }

        return total;
    }
}
