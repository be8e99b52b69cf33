using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>Memory that one tensor, or several one after the other, have for a while.</summary>
internal sealed class PlannedBuffer(long bytes, int start)
{
    public long Bytes { get; } = bytes;

    /// <summary>The place in the order of the operation that writes it first.</summary>
    public int Start { get; } = start;

    /// <summary>The place of the last that reads it.</summary>
    public int End { get; set; }

    /// <summary>Where in the block it begins.</summary>
    public long Offset { get; set; }
}

/// <summary>
/// From where to where in a graph's order each intermediate needs memory. An elementwise operation writes over an input that nobody reads
/// any more; what depends on weights alone stays from call to call and is not counted.
/// </summary>
internal sealed class Lifetimes
{
    private readonly Dictionary<Operation, PlannedBuffer> buffers = [];
    private readonly Dictionary<Operation, int> lastUses = [];
    private readonly HashSet<Operation> kept = [];

    public Lifetimes(OperationGraph graph)
    {
        Layouts = Compilation.Layouts.Of(graph);
        FindLastUses(graph);
        HashSet<Operation> outputs = [.. graph.Outputs];
        FixedOperations fixedOnes = new(graph);
        LiveBytes = new long[graph.Operations.Count + 1];
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            Operation operation = graph.Operations[place];
            if (operation.Kind != OperationKind.Computed || Layouts[operation].Owner != operation || outputs.Contains(operation))
                continue;
            if (fixedOnes.Contains(operation) && operation.Inputs.All(input => Stays(Layouts[input].Owner)))
            {
                kept.Add(operation);
                continue;
            }

            int end = lastUses.GetValueOrDefault(operation, place);
            if (Overwritten(operation, place) is not { } buffer)
                LiveBytes[place] += (buffer = new PlannedBuffer(Aligned(operation.Bytes), place)).Bytes;
            buffers[operation] = buffer;
            buffer.End = end;
        }

        FindPeak();
    }

    /// <summary>How each tensor lies.</summary>
    public Dictionary<Operation, Layout> Layouts { get; }

    /// <summary>The memory of each tensor that has some of its own for a while.</summary>
    public IReadOnlyDictionary<Operation, PlannedBuffer> Buffers => buffers;

    /// <summary>What stays from call to call.</summary>
    public IReadOnlySet<Operation> Kept => kept;

    /// <summary>The bytes in use while each operation runs, and after the last.</summary>
    public long[] LiveBytes { get; }

    /// <summary>The first place where most bytes are in use.</summary>
    public int PeakPlace { get; private set; }

    /// <summary>The bytes in use there.</summary>
    public long PeakBytes => LiveBytes[PeakPlace];

    /// <summary>A number of bytes with what is needed for the next tensor to be aligned.</summary>
    public static long Aligned(long bytes) => (bytes + BufferPool.Alignment - 1) / BufferPool.Alignment * BufferPool.Alignment;

    /// <summary>The place of the last operation that reads a tensor's buffer, through whatever view.</summary>
    public int LastUse(Operation owner) => lastUses.GetValueOrDefault(owner, -1);

    // An output is given away, so what is made of it cannot stay.
    private bool Stays(Operation owner) => owner.Kind is OperationKind.Constant or OperationKind.Variable || kept.Contains(owner);

    // What becomes a variable's value is read after the last operation.
    private void FindLastUses(OperationGraph graph)
    {
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            foreach (Operation input in graph.Operations[place].Inputs)
                lastUses[Layouts[input].Owner] = place;
        }

        foreach ((_, Operation value) in graph.Updates)
            lastUses[Layouts[value].Owner] = graph.Operations.Count;
    }

    // So far each place has what begins there.
    private void FindPeak()
    {
        long[] ending = new long[LiveBytes.Length];
        foreach (PlannedBuffer buffer in buffers.Values.Distinct())
            ending[buffer.End] += buffer.Bytes;
        for (int place = 1; place < LiveBytes.Length; place++)
        {
            LiveBytes[place] += LiveBytes[place - 1] - ending[place - 1];
            if (LiveBytes[place] > PeakBytes)
                PeakPlace = place;
        }
    }

    private PlannedBuffer? Overwritten(Operation operation, int place)
    {
        for (int i = 0; i < operation.Inputs.Count; i++)
        {
            Layout layout = Layouts[operation.Inputs[i]];
            if (operation.Primitive!.MayOverwrite(i) && buffers.TryGetValue(layout.Owner, out PlannedBuffer? buffer) && buffer.End == place && lastUses[layout.Owner] == place
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
}
