namespace Laminet.Tensors.Compilation;

/// <summary>
/// What depends on constants and on variables alone that the function itself does not change: in inference, everything made of weights. It
/// is computed once and again only after somebody else has changed a variable.
/// </summary>
internal sealed class FixedOperations
{
    private readonly HashSet<Variable> changed;
    private readonly Dictionary<Operation, bool> known = [];

    public FixedOperations(OperationGraph graph) =>
        changed = [.. graph.Updates.Select(update => update.Variable), .. graph.Effects.SelectMany(effect => effect.Changes)];

    public bool Contains(Operation operation)
    {
        if (!known.TryGetValue(operation, out bool isFixed))
        {
            known[operation] = isFixed = operation.Kind switch
            {
                OperationKind.Constant => true,
                OperationKind.Variable => !changed.Contains(operation.Variable!),
                OperationKind.Computed => operation.Inputs.All(Contains),
                _ => false,
            };
        }

        return isFixed;
    }
}
