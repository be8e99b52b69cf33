namespace Laminet.Tensors.Compilation;

/// <summary>
/// What depends on constants and on variables alone that the function itself does not change: in inference, everything made of weights; in a
/// loop's body, on what is the same in every turn. It is computed once, and again only after a variable was changed elsewhere.
/// </summary>
internal sealed class FixedOperations
{
    private readonly HashSet<Variable> changed;
    private readonly IReadOnlySet<Operation> parameters;
    private readonly Dictionary<Operation, bool> known = [];

    public FixedOperations(Graph graph) =>
        (changed, parameters) = ([.. graph.Successions.Select(succession => succession.Variable)], graph.FixedParameters);

    public bool Contains(Operation operation)
    {
        if (!known.TryGetValue(operation, out bool isFixed))
        {
            known[operation] = isFixed = operation.Kind switch
            {
                OperationKind.Constant => true,
                OperationKind.Parameter => parameters.Contains(operation),
                OperationKind.Variable => !changed.Contains(operation.Variable!),
                OperationKind.Computed or OperationKind.Part => operation.Inputs.All(Contains),
                _ => false,
            };
        }

        return isFixed;
    }
}
