namespace Laminet.Tensors.Compilation;

/// <summary>What a rule may ask about the graph around an operation, while a pass rewrites the graph.</summary>
internal sealed class Surroundings(Graph graph)
{
    private readonly ILookup<Operation, Operation> readers = graph.Users();
    private readonly HashSet<Operation> results = [.. graph.Results];
    private readonly FixedOperations fixedOnes = new(graph);
    private readonly Dictionary<Operation, int> counts = [];

    /// <summary>True if nothing but one other operation reads it.</summary>
    public bool HasOneReader(Operation operation) => HasReaders(operation, 1);

    /// <summary>True if nothing but so many other operations read it.</summary>
    public bool HasReaders(Operation operation, int count) => counts.GetValueOrDefault(operation) == count;

    /// <summary>True if it is the same in each call until a variable is changed elsewhere.</summary>
    public bool IsFixed(Operation operation) => fixedOnes.Contains(operation);

    /// <summary>Notes what stands in an operation's place, and returns it.</summary>
    public Operation Replace(Operation original, Operation replacement)
    {
        if (!results.Contains(original))
            counts[replacement] = readers[original].Count();
        return replacement;
    }
}
