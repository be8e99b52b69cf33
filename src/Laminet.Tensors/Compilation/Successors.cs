namespace Laminet.Tensors.Compilation;

/// <summary>
/// Which tensors lie in the memory of what they succeed, in a graph's order: an optimizer's step in the variable, a cache in the one that the
/// loop's turn before left. That is possible where every reader of the old value comes first; for a variable also only if nothing that may
/// fail comes later, since a call that fails must change nothing. Else the value has memory of its own.
/// </summary>
internal sealed class Successors
{
    private readonly Dictionary<Operation, object> homes = [];
    private readonly Lifetimes lifetimes;
    private readonly Dictionary<Operation, int> places = [];

    public Successors(Graph graph, Lifetimes lifetimes)
    {
        this.lifetimes = lifetimes;
        if (graph.Successions.Count == 0 && graph.Carries == 0)
            return;
        Dictionary<Variable, Operation> before = [];
        int lastFailure = -1;
        foreach ((int place, Operation operation) in graph.Operations.Index())
        {
            places[operation] = place;
            if (operation is { Kind: OperationKind.Variable, Form: null })
                before[operation.Variable!] = operation;
            if (operation.Kind == OperationKind.HostCall || operation.Primitive is { MayThrow: true })
                lastFailure = place;
        }

        HashSet<Operation> outputs = [.. graph.Outputs];
        foreach ((Variable variable, Operation value) in graph.Successions)
        {
            if (!outputs.Contains(value))
                Settle(variable, before.GetValueOrDefault(variable), value, lastFailure);
        }

        for (int i = 0; i < graph.Carries; i++)
            Settle(graph.Parameters[i], graph.Parameters[i], graph.Outputs[i], -1);

        // From what is handed on backwards: an operand that is changed in place once more, as where a constraint follows an optimizer's step.
        void Settle(object home, Operation? old, Operation value, int after)
        {
            for (Operation? next = value; next is not null && MayLieIn(old, next, after) && (next == value || !outputs.Contains(next)); next = Overwritten(next))
                homes.Add(next, home);
        }
    }

    /// <summary>Whether a tensor lies in the memory of what it succeeds.</summary>
    public bool Contains(Operation result) => homes.ContainsKey(result);

    /// <summary>The variable, or the parameter that a loop's turn hands on, in whose memory a tensor lies; null for none.</summary>
    public object? Of(Operation result) => homes.GetValueOrDefault(result);

    private bool MayLieIn(Operation? old, Operation result, int after)
    {
        if (!result.HasOwnMemory || result.Bytes == 0 || (old is not null && old.Spec != result.Spec) || lifetimes.Kept.Contains(result) || homes.ContainsKey(result))
            return false;
        int place = places[result.Producer], lastRead = old is null ? -1 : lifetimes.LastUse(old);
        return place > after && (lastRead < place || (lastRead == place && lifetimes.IsReadAsWritten(result, old!)));
    }

    private Operation? Overwritten(Operation result)
    {
        int place = places[result.Producer];
        foreach (Operation input in result.Producer.Inputs)
        {
            Operation owner = lifetimes.Layouts[input].Owner;
            if (owner.HasOwnMemory && owner.Spec == result.Spec && lifetimes.LastUse(owner) == place && lifetimes.IsReadAsWritten(result, owner))
                return owner;
        }

        return null;
    }
}
