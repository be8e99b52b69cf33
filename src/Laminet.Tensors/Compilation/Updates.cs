namespace Laminet.Tensors.Compilation;

/// <summary>
/// The operations at a graph's end that give variables their next values, and that nothing else waits for: an optimizer's step, a moving
/// average of the weights after it. They may run as soon as what they read is there. An update that a result depends on is not among them.
/// </summary>
internal sealed class Updates
{
    private readonly HashSet<Operation> members = [];
    private readonly ILookup<Operation, Variable> changes;

    public Updates(Graph graph, ILookup<Operation, Operation> users)
    {
        changes = graph.Successions.ToLookup(succession => succession.Value.Producer, succession => succession.Variable);
        HashSet<Operation> after = [], outputs = [.. graph.Outputs];
        foreach (Operation operation in graph.Operations)
        {
            if (changes.Contains(operation) && operation.Kind == OperationKind.Computed || operation.Inputs.Any(after.Contains))
                after.Add(operation);
        }

        foreach (Operation operation in graph.Operations.Reverse())
        {
            if (after.Contains(operation) && operation.Kind != OperationKind.HostCall && !outputs.Contains(operation) && users[operation].All(members.Contains))
                members.Add(operation);
        }
    }

    /// <summary>Whether an operation is one of them.</summary>
    public bool Contains(Operation operation) => members.Contains(operation);

    /// <summary>The variables that an operation computes the next values of.</summary>
    public IEnumerable<Variable> ChangedBy(Operation producer) => changes[producer];
}
