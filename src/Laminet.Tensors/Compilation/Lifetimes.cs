using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// From where to where in a graph's order each intermediate needs memory. An elementwise operation writes over an input that nothing reads
/// any more; what depends on weights alone stays from call to call, and what a variable becomes lies in the variable's memory where it can:
/// neither is counted.
/// </summary>
internal sealed class Lifetimes
{
    private readonly Graph graph;
    private readonly Dictionary<Operation, PlannedBuffer> buffers = [];
    private readonly Dictionary<Operation, PlannedBuffer> scratch = [];
    private readonly Dictionary<Operation, int> lastUses = [];
    private readonly HashSet<Operation> kept = [];
    private readonly HashSet<Operation> outputs;
    private readonly ILookup<Operation, Operation> parts;

    public Lifetimes(Graph graph)
    {
        this.graph = graph;
        Layouts = Compilation.Layouts.Of(graph);
        outputs = [.. graph.Outputs];
        parts = graph.Operations.Where(operation => operation.Kind == OperationKind.Part).ToLookup(part => part.Inputs[0]);
        FindLastUses();
        FindKept();
        Successors = new Successors(graph, this);
        LiveBytes = new long[graph.Operations.Count + 1];
        for (int place = 0; place < graph.Operations.Count; place++)
            PlaceResults(graph.Operations[place], place);
        FindPeak();
    }

    /// <summary>How each tensor lies.</summary>
    public Dictionary<Operation, Layout> Layouts { get; }

    /// <summary>The memory of each tensor that has some of its own for a while.</summary>
    public IReadOnlyDictionary<Operation, PlannedBuffer> Buffers => buffers;

    /// <summary>The memory that kernels work in, each while it runs.</summary>
    public IReadOnlyDictionary<Operation, PlannedBuffer> Scratch => scratch;

    /// <summary>What stays from call to call, and the operations that compute it.</summary>
    public IReadOnlySet<Operation> Kept => kept;

    /// <summary>What lies in the memory of a variable that it succeeds.</summary>
    public Successors Successors { get; }

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

    /// <summary>The tensors that an operation's kernel writes: itself, or those of its parts that something reads.</summary>
    public IEnumerable<Operation> Results(Operation producer) => producer.OutputCount == 1 ? [producer] : parts[producer];

    /// <summary>
    /// Whether a result may be written to a buffer that holds operands of its own kernel: each is read at the very place that is written next.
    /// </summary>
    public bool IsReadAsWritten(Operation result, Operation owner)
    {
        Operation producer = result.Producer;
        for (int i = 0; i < producer.Inputs.Count; i++)
        {
            Layout layout = Layouts[producer.Inputs[i]];
            if (layout.Owner == owner && !(producer.Primitive!.MayOverwrite(i, result.Index) && layout.IsWhole && layout.View.Spec == result.Spec))
                return false;
        }

        return true;
    }

    // What becomes a variable's value is read after the last operation.
    private void FindLastUses()
    {
        for (int place = 0; place < graph.Operations.Count; place++)
        {
            foreach (Operation input in graph.Operations[place].Inputs)
                lastUses[Layouts[input].Owner] = place;
        }

        foreach ((_, Operation value) in graph.Successions)
            lastUses[Layouts[value].Owner] = graph.Operations.Count;
    }

    // An output is given away, so what is made of it cannot stay.
    private void FindKept()
    {
        FixedOperations fixedOnes = new(graph);
        foreach (Operation operation in graph.Operations)
        {
            if (operation.Kind != OperationKind.Computed || operation.IsView || !fixedOnes.Contains(operation)
                || Results(operation).Any(outputs.Contains) || !operation.Inputs.All(input => Stays(Layouts[input].Owner)))
                continue;
            kept.Add(operation);
            kept.UnionWith(Results(operation));
        }
    }

    private bool Stays(Operation owner) =>
        owner.Kind is OperationKind.Constant or OperationKind.Variable || kept.Contains(owner) || graph.FixedParameters.Contains(owner);

    // Memory for what an operation writes, from its place on.
    private void PlaceResults(Operation producer, int place)
    {
        if (producer.Kind != OperationKind.Computed)
            return;
        bool[] wanted = new bool[producer.OutputCount];
        foreach (Operation result in Results(producer))
            wanted[result.Index] = true;
        if (producer.Primitive!.ScratchBytes(wanted) is > 0 and long bytes)
        {
            scratch[producer] = new PlannedBuffer(Aligned(bytes), place) { End = place };
            LiveBytes[place] += scratch[producer].Bytes;
        }

        // What stays lies in a block of its own. It is computed before all else, so its kernel works in the block that is free then.
        if (kept.Contains(producer))
            return;
        HashSet<PlannedBuffer> taken = [];
        foreach (Operation result in Results(producer))
        {
            if (!result.HasOwnMemory || outputs.Contains(result) || Successors.Contains(result))
                continue;
            if (Overwritten(result, place, taken) is not { } buffer)
                LiveBytes[place] += (buffer = new PlannedBuffer(Aligned(result.Bytes), place)).Bytes;
            buffers[result] = buffer;
            taken.Add(buffer);
            buffer.End = lastUses.GetValueOrDefault(result, place);
        }
    }

    // So far each place has what begins there.
    private void FindPeak()
    {
        long[] ending = new long[LiveBytes.Length];
        foreach (PlannedBuffer buffer in buffers.Values.Concat(scratch.Values).Distinct())
            ending[buffer.End] += buffer.Bytes;
        for (int place = 1; place < LiveBytes.Length; place++)
        {
            LiveBytes[place] += LiveBytes[place - 1] - ending[place - 1];
            if (LiveBytes[place] > PeakBytes)
                PeakPlace = place;
        }
    }

    // The buffer of an input that a result may be written over.
    private PlannedBuffer? Overwritten(Operation result, int place, HashSet<PlannedBuffer> taken)
    {
        Operation producer = result.Producer;
        for (int i = 0; i < producer.Inputs.Count; i++)
        {
            Layout layout = Layouts[producer.Inputs[i]];
            if (producer.Primitive!.MayOverwrite(i, result.Index) && buffers.TryGetValue(layout.Owner, out PlannedBuffer? buffer) && buffer.End == place
                && lastUses[layout.Owner] == place && !taken.Contains(buffer) && layout.IsWhole && layout.View.Spec == result.Spec
                && layout.Owner.Bytes == result.Bytes && IsReadAsWritten(result, layout.Owner))
                return buffer;
        }

        return null;
    }
}
