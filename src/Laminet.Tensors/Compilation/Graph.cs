namespace Laminet.Tensors.Compilation;

/// <summary>
/// A traced function: operations in an order in which inputs come before their users, and the results. Graphs are immutable: a pass
/// makes a new one.
/// </summary>
public sealed class Graph
{
    /// <summary>Takes all operations that the results need, in the order of their numbers.</summary>
    /// <param name="parameters">What is given with each call.</param>
    /// <param name="outputs">What a call returns.</param>
    /// <param name="successions">What variables become at the end of a call.</param>
    /// <param name="hostCalls">What else happens.</param>
    internal Graph(
        IReadOnlyList<Operation> parameters, IReadOnlyList<Operation> outputs, IReadOnlyList<(Variable Variable, Operation Value)> successions,
        IReadOnlyList<Operation> hostCalls)
    {
        (Parameters, Outputs, Successions, HostCalls) = (parameters, outputs, successions, hostCalls);
        Operations = [.. Reachable(Results).OrderBy(operation => operation.Number)];
    }

    /// <summary>All operations, inputs before their users.</summary>
    public IReadOnlyList<Operation> Operations { get; private init; }

    /// <summary>The parameters, in the order of the function's inputs. Some may be read by no operation.</summary>
    public IReadOnlyList<Operation> Parameters { get; }

    /// <summary>The results of a call.</summary>
    public IReadOnlyList<Operation> Outputs { get; }

    /// <summary>The next values of variables at the end of a call.</summary>
    public IReadOnlyList<(Variable Variable, Operation Value)> Successions { get; }

    /// <summary>The actions of <see cref="Function.HostCall"/>, in their order.</summary>
    public IReadOnlyList<Operation> HostCalls { get; }

    /// <summary>For the body of a loop: how many of the first outputs are the first parameters of the next iteration.</summary>
    public int Carries { get; init; }

    /// <summary>For the body of a loop: the parameters that are the same in every iteration. Operations that depend on them alone are computed once.</summary>
    public IReadOnlySet<Operation> FixedParameters { get; init; } = new HashSet<Operation>();

    /// <summary>Everything that is wanted of the graph.</summary>
    internal IEnumerable<Operation> Results => [.. HostCalls, .. Outputs, .. Successions.Select(succession => succession.Value)];

    /// <summary>Who reads each operation.</summary>
    internal ILookup<Operation, Operation> Users() =>
        Operations.SelectMany(user => user.Inputs.Distinct().Select(input => (input, user))).ToLookup(pair => pair.input, pair => pair.user);

    /// <summary>Applies the graph's operations to tensors: one by one in eager mode; in a trace they are added to the trace; on watched tensors they are recorded.</summary>
    /// <param name="inputs">One for each parameter.</param>
    public Tensor[] Call(ReadOnlySpan<Tensor> inputs)
    {
        Dictionary<Operation, Tensor> values = [];
        Dictionary<Operation, Tensor[]> parts = [];
        for (int i = 0; i < Parameters.Count; i++)
            values[Parameters[i]] = inputs[i];
        foreach (Operation operation in Operations)
        {
            switch (operation.Kind)
            {
                case OperationKind.Constant:
                    values[operation] = operation.Constant!;
                    break;
                case OperationKind.Computed:
                    Tensor[] results = operation.Primitive!.ApplyAll([.. operation.Inputs.Select(input => values[input])]);
                    if (operation.OutputCount == 1)
                        values[operation] = results[0];
                    else
                        parts[operation] = results;
                    break;
                case OperationKind.Part:
                    values[operation] = parts[operation.Inputs[0]][operation.Index];
                    break;
                default:
                    continue;
            }
        }

        return [.. Outputs.Select(output => values[output])];
    }

    /// <summary>The same operations in another order.</summary>
    internal Graph Reordered(IReadOnlyList<Operation> order) =>
        new(Parameters, Outputs, Successions, HostCalls) { Operations = order, Carries = Carries, FixedParameters = FixedParameters };

    /// <summary>
    /// The graph with operations replaced: <paramref name="rule"/> receives each, its inputs replaced already, and gives what shall stand
    /// in its place, itself for no change.
    /// </summary>
    internal Graph Rewrite(Func<Operation, Operation> rule) => Rewrite((_, current) => rule(current));

    /// <summary>The same with a rule that receives each operation as it was, too.</summary>
    internal Graph Rewrite(Func<Operation, Operation, Operation> rule)
    {
        Dictionary<Operation, Operation> replaced = [];
        foreach (Operation operation in Operations)
        {
            bool changed = operation.Inputs.Any(input => replaced[input] != input);
            replaced[operation] = rule(operation, changed ? operation with { Inputs = [.. operation.Inputs.Select(input => replaced[input])] } : operation);
        }

        return new Graph(
            [.. Parameters.Select(parameter => replaced.GetValueOrDefault(parameter, parameter))], [.. Outputs.Select(output => replaced[output])],
            [.. Successions.Select(succession => (succession.Variable, replaced[succession.Value]))], [.. HostCalls.Select(hostCall => replaced[hostCall])])
        {
            Carries = Carries,
            FixedParameters = FixedParameters,
        };
    }

    // The graph can be as deep as a sequence is long, so the walk keeps its own stack.
    private static List<Operation> Reachable(IEnumerable<Operation> results)
    {
        List<Operation> order = [];
        HashSet<Operation> expanded = [], placed = [];
        Stack<Operation> stack = new(results.Reverse());
        while (stack.TryPop(out Operation? operation))
        {
            // The second time all that it reads has its place. That counts where a pass gave two operations one number.
            if (!expanded.Add(operation))
            {
                if (placed.Add(operation))
                    order.Add(operation);
                continue;
            }

            stack.Push(operation);
            foreach (Operation input in operation.Inputs)
                stack.Push(input);
        }

        return order;
    }
}
