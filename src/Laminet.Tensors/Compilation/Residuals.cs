namespace Laminet.Tensors.Compilation;

/// <summary>
/// What the reverse half of a loop's body needs of the forward half: chosen so that what is kept of each turn is small, and what is computed
/// again takes one pass over memory.
/// </summary>
internal sealed class Residuals
{
    private readonly Graph whole;
    private readonly HashSet<Operation> state;
    private readonly HashSet<Operation> backward = [];
    private readonly List<Operation> kept = [];
    private readonly IReadOnlyList<Operation> gradients;

    /// <param name="whole">The body and its reverse rule.</param>
    /// <param name="upstreams">The parameters through which gradients arrive.</param>
    /// <param name="state">The parameters that are another in each turn and are not there in the backward loop.</param>
    /// <param name="gradients">The reverse rule's results.</param>
    public Residuals(Graph whole, IEnumerable<Operation> upstreams, IEnumerable<Operation> state, IReadOnlyList<Operation> gradients)
    {
        (this.whole, this.gradients) = (whole, gradients);
        this.state = [.. state];
        backward.UnionWith(upstreams);
        foreach (Operation operation in whole.Operations)
        {
            if (operation.Inputs.Any(backward.Contains))
                backward.Add(operation);
        }

        HashSet<Operation> needed = [.. gradients.Where(gradient => !backward.Contains(gradient))];
        HashSet<Operation> seen = [];
        Stack<Operation> open = new(gradients.Where(backward.Contains));
        while (open.TryPop(out Operation? operation))
        {
            if (!seen.Add(operation))
                continue;
            foreach (Operation input in operation.Inputs)
            {
                if (backward.Contains(input))
                    open.Push(input);
                else
                    needed.Add(input);
            }
        }

        foreach (Operation operation in needed.OrderBy(operation => operation.Number))
            Provide(operation);
    }

    /// <summary>What the forward loop keeps of each turn.</summary>
    public IReadOnlyList<Operation> Operations => kept;

    /// <summary>
    /// The reverse half as a graph. Parameters: the body's, one for each residual, then the upstream gradients; outputs: the gradients.
    /// </summary>
    /// <param name="bodyParameters">How many of the parameters are the body's.</param>
    public Graph Cut(int bodyParameters)
    {
        Dictionary<Operation, Operation> replaced = [];
        Operation[] parameters = [.. kept.Select(operation => replaced[operation] = new Operation(OperationKind.Parameter, operation.Spec, 0))];
        foreach (Operation operation in whole.Operations.Where(operation => !replaced.ContainsKey(operation)))
        {
            bool changed = operation.Inputs.Any(input => replaced[input] != input);
            replaced[operation] = changed ? operation with { Inputs = [.. operation.Inputs.Select(input => replaced[input])] } : operation;
        }

        return new Graph(
            [.. whole.Parameters.Take(bodyParameters), .. parameters, .. whole.Parameters.Skip(bodyParameters)],
            [.. gradients.Select(gradient => replaced.GetValueOrDefault(gradient, gradient))], [], []);
    }

    // Keeps what is missing to have an operation's result in the backward loop.
    private void Provide(Operation operation)
    {
        HashSet<Operation> missing = [];
        Collect(operation, missing);
        kept.AddRange(missing.OrderBy(each => each.Number));
    }

    // What must be kept in addition. A view costs nothing, and one pass over memory is computed again, unless what it reads is larger than
    // what it gives.
    private void Collect(Operation operation, HashSet<Operation> missing)
    {
        if (kept.Contains(operation) || missing.Contains(operation) || IsThere(operation))
            return;
        Primitive? primitive = operation.Producer.Primitive;
        if (!state.Contains(operation) && primitive is { IsView: true } or { IsOnePass: true })
        {
            HashSet<Operation> below = [.. missing];
            foreach (Operation input in operation.Producer.Inputs)
                Collect(input, below);
            below.ExceptWith(missing);
            if (primitive.IsView || below.Sum(each => each.Bytes) <= operation.Bytes)
            {
                missing.UnionWith(below);
                return;
            }
        }

        missing.Add(operation);
    }

    // Entries of sequences, captures and constants are handed to the backward loop again.
    private bool IsThere(Operation operation) =>
        operation.Kind == OperationKind.Constant || (operation.Kind == OperationKind.Parameter && !state.Contains(operation));
}
