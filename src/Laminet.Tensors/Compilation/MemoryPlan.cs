using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// Where every intermediate lies in one block of memory. Two share a place if they are never needed at the same time; an elementwise
/// operation writes over an input that nobody reads any more.
/// </summary>
internal sealed class MemoryPlan
{
    private readonly Dictionary<Operation, Buffer> buffers = [];
    private readonly Dictionary<Operation, long> kept = [];

    public MemoryPlan(OperationGraph graph)
    {
        Layouts = Compilation.Layouts.Of(graph);
        Dictionary<Operation, int> lastUse = LastUses(graph);
        HashSet<Operation> outputs = [.. graph.Outputs];
        FixedOperations fixedOnes = new(graph);
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            Operation operation = graph.Operations[place];
            if (operation.Kind != OperationKind.Computed || Layouts[operation].Owner != operation || outputs.Contains(operation))
                continue;
            if (fixedOnes.Contains(operation) && operation.Inputs.All(input => Stays(Layouts[input].Owner)))
            {
                kept[operation] = KeptBytes;
                KeptBytes += Aligned(operation.Bytes);
                continue;
            }

            int end = lastUse.GetValueOrDefault(operation, place);
            if (Overwritten(operation, place, lastUse) is { } buffer)
                buffer.End = end;
            else
                buffer = new Buffer(Aligned(operation.Bytes), place) { End = end };
            buffers[operation] = buffer;
        }

        Bytes = AssignOffsets([.. buffers.Values.Distinct()]);
    }

    /// <summary>How each tensor lies.</summary>
    public Dictionary<Operation, Layout> Layouts { get; }

    /// <summary>The size of the block.</summary>
    public long Bytes { get; }

    /// <summary>The size of a second block, for what stays from call to call because it depends on weights alone.</summary>
    public long KeptBytes { get; private set; }

    /// <summary>Whether a tensor has a place of its own in one of the blocks.</summary>
    public bool Holds(Operation owner) => buffers.ContainsKey(owner) || Keeps(owner);

    /// <summary>Whether a tensor stays from call to call.</summary>
    public bool Keeps(Operation owner) => kept.ContainsKey(owner);

    /// <summary>Where in its block a tensor begins, in bytes.</summary>
    public long OffsetOf(Operation owner) => kept.TryGetValue(owner, out long offset) ? offset : buffers[owner].Offset;

    /// <summary>The bytes of each part of the function at the moment when most are in use.</summary>
    public IReadOnlyDictionary<string, long> AtPeak()
    {
        // A buffer belongs to the operation that began it.
        List<(Buffer Buffer, string Scope)> owned = [.. buffers.GroupBy(pair => pair.Value).Select(group => (group.Key, group.MinBy(pair => pair.Key.Number).Key.Scope))];
        IEnumerable<(Buffer Buffer, string Scope)> at(int place) => owned.Where(item => item.Buffer.Start <= place && item.Buffer.End >= place);
        if (owned.Count == 0)
            return new Dictionary<string, long>();
        int peak = owned.Select(item => item.Buffer.Start).Distinct().MaxBy(place => at(place).Sum(item => item.Buffer.Bytes));
        return at(peak).GroupBy(item => item.Scope).ToDictionary(group => group.Key, group => group.Sum(item => item.Buffer.Bytes));
    }

    // An output is given away, so what is made of it cannot stay.
    private bool Stays(Operation owner) => owner.Kind is OperationKind.Constant or OperationKind.Variable || Keeps(owner);

    // By whoever reads the buffer, through whatever view. What becomes a variable's value is read after the last operation.
    private Dictionary<Operation, int> LastUses(OperationGraph graph)
    {
        Dictionary<Operation, int> lastUse = [];
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            foreach (Operation input in graph.Operations[place].Inputs)
                lastUse[Layouts[input].Owner] = place;
        }

        foreach ((_, Operation value) in graph.Updates)
            lastUse[Layouts[value].Owner] = graph.Operations.Count;
        return lastUse;
    }

    private Buffer? Overwritten(Operation operation, int place, Dictionary<Operation, int> lastUse)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            Layout layout = Layouts[operation.Inputs[i]];
            if (operation.Primitive!.MayOverwrite(i) && buffers.TryGetValue(layout.Owner, out Buffer? buffer) && buffer.End == place && lastUse[layout.Owner] == place
                && layout.IsWhole && layout.View.Spec == operation.Spec && layout.Owner.Bytes == operation.Bytes
                && IsReadAsWritten(operation, layout.Owner))
                return buffer;
        }

        return null;
    }

    // Every operand that lies in the buffer is read at the very place that is written next.
    private bool IsReadAsWritten(Operation operation, Operation owner)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            Layout layout = Layouts[operation.Inputs[i]];
            if (layout.Owner == owner && !(operation.Primitive!.MayOverwrite(i) && layout.IsWhole && layout.View.Spec == operation.Spec))
                return false;
        }

        return true;
    }

    // The largest first, each at the lowest place that is free as long as it lives.
    private static long AssignOffsets(List<Buffer> buffers)
    {
        List<Buffer> placed = [];
        long total = 0;
        foreach (Buffer buffer in buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.Start))
        {
            long offset = 0;
            foreach (Buffer other in placed)
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

    private static long Aligned(long bytes) => (bytes + BufferPool.Alignment - 1) / BufferPool.Alignment * BufferPool.Alignment;

    private sealed class Buffer(long bytes, int start)
    {
        public long Bytes { get; } = bytes;

        public int Start { get; } = start;

        public int End { get; set; }

        public long Offset { get; set; }
    }
}
