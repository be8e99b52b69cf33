namespace Laminet.Tensors.Compilation;

/// <summary>
/// Which tensors lie in the memory of the variable that they become the value of, in a graph's order: an optimizer's step, a moving average
/// and a cache are written in place. That is possible where every reader of the old value comes first, and nothing that may fail comes later:
/// a call that fails must change nothing. Else the value has memory of its own and is copied at the end of the call.
/// </summary>
internal sealed class Successors
{
    private readonly Dictionary<Operation, Variable> variables = [];

    public Successors(Graph graph, Lifetimes lifetimes)
    {
        if (graph.Successions.Count == 0)
            return;
        Dictionary<Operation, int> places = [];
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
            Operation? old = before.GetValueOrDefault(variable);
            for (Operation? next = value; next is not null && MayLieIn(variable, old, next); next = Overwritten(next))
                variables.Add(next, variable);
        }

        bool MayLieIn(Variable variable, Operation? old, Operation result)
        {
            if (!result.HasOwnMemory || result.Spec != variable.Spec || result.Bytes == 0 || outputs.Contains(result) || lifetimes.Kept.Contains(result) || variables.ContainsKey(result))
                return false;
            int place = places[result.Producer];
            int lastRead = old is null ? -1 : lifetimes.LastUse(old);
            return place > lastFailure && (lastRead < place || (lastRead == place && lifetimes.IsReadAsWritten(result, old!)));
        }

        // An operand that is changed in place once more, as where a constraint follows an optimizer's step.
        Operation? Overwritten(Operation result)
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

    /// <summary>Whether a tensor lies in a variable's memory.</summary>
    public bool Contains(Operation result) => variables.ContainsKey(result);

    /// <summary>The variable in whose memory a tensor lies; null for none.</summary>
    public Variable? Of(Operation result) => variables.GetValueOrDefault(result);
}
