using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// Writes a function's operations down instead of running them. The function runs once, on tensors that have a shape but no numbers;
/// every <see cref="Primitive.Apply"/> on such a tensor adds an operation to the graph.
/// </summary>
internal sealed class Tracer
{
    [ThreadStatic]
    private static Tracer? current;

    private readonly Dictionary<Variable, Tensor> variables = [];
    private readonly Dictionary<Variable, Tensor> assigned = [];
    private readonly HashSet<Variable> changedByEffects = [];
    private readonly List<Operation> effects = [];
    private readonly HashSet<Operation> own = [];
    private readonly long latestNode = Node.Latest;
    private int count;

    // Operations written in the place of another have its number: what reads them comes after it anyway.
    private bool countsUp = true;

    /// <summary>The part of the function that is being written down.</summary>
    public string Scope { get; set; } = "";

    private Tracer()
    {
    }

    /// <summary>Who is tracing on this thread; null for eager execution.</summary>
    public static Tracer? Current => current;

    /// <summary>Traces a function.</summary>
    /// <param name="inputs">The parameters' shapes and types.</param>
    /// <param name="function">The function.</param>
    public static OperationGraph Trace(IReadOnlyList<TensorSpec> inputs, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function)
    {
        Tracer tracer = new();
        Tracer? outer = current;
        current = tracer;
        try
        {
            Tensor[] parameters = [.. inputs.Select(spec => tracer.Add(OperationKind.Parameter, spec))];
            IReadOnlyList<Tensor> outputs = function(parameters);
            return new OperationGraph(
                [.. parameters.Select(parameter => parameter.Operation!)], [.. outputs.Select(tracer.OperationOf)],
                [.. tracer.assigned.Select(pair => (pair.Key, tracer.OperationOf(pair.Value)))], tracer.effects);
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>Writes operations that are to stand in another's place in a graph.</summary>
    /// <param name="number">The other's number.</param>
    /// <param name="scope">The part of the function they belong to.</param>
    /// <param name="inputs">Operations of the graph.</param>
    /// <param name="function">What stands in its place, as a function of tensors.</param>
    public static Operation Write(int number, string scope, IReadOnlyList<Operation> inputs, Func<IReadOnlyList<Tensor>, Tensor> function)
    {
        Tracer tracer = new() { count = number, countsUp = false, Scope = scope };
        Tracer? outer = current;
        current = tracer;
        try
        {
            return tracer.OperationOf(function([.. inputs.Select(tracer.Symbol)]));
        }
        finally
        {
            current = outer;
        }
    }

    /// <summary>Adds a primitive's application.</summary>
    public static Tensor Record(Primitive primitive, ReadOnlySpan<Tensor> inputs, TensorSpec spec)
    {
        if (current is not { } tracer)
        {
            throw new InvalidOperationException($"{primitive.Name}: received a tensor of a function that was compiled and is no longer being traced. "
                + "Return it from the function instead of keeping it in a field.");
        }

        Operation[] operations = new Operation[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            operations[i] = tracer.OperationOf(inputs[i]);
        return tracer.Symbol(new Operation(OperationKind.Computed, spec, tracer.NextNumber())
        {
            Primitive = primitive,
            Inputs = operations,
            Scope = tracer.Scope,
        });
    }

    /// <summary>A variable's value: what the function assigned to it, else what it is when a call begins.</summary>
    public Tensor Read(Variable variable)
    {
        if (changedByEffects.Contains(variable))
        {
            throw new InvalidOperationException($"The variable '{variable.Name}' is read after an optimizer's step in one compiled function; "
                + "its new value is there in the next call. Read it before the step, or run eagerly.");
        }

        if (!variables.TryGetValue(variable, out Tensor? value))
            variables[variable] = value = Symbol(new Operation(OperationKind.Variable, variable.Spec, NextNumber()) { Variable = variable });
        return value;
    }

    /// <summary>Notes what a variable becomes.</summary>
    public void Assign(Variable variable, Tensor value) => variables[variable] = assigned[variable] = value;

    /// <summary>Notes an action that runs at its place in each call.</summary>
    public void AddEffect(Action<IReadOnlyList<Tensor>> effect, IReadOnlyList<Tensor> inputs, IReadOnlyList<Variable> changes, string name)
    {
        if (changes.FirstOrDefault(assigned.ContainsKey) is { } variable)
        {
            throw new InvalidOperationException($"The variable '{variable.Name}' is assigned and then changed by an effect in one compiled function; "
                + "the assignment would come last. Do both in the effect, or run eagerly.");
        }

        // Before the effect gets its number: constants among them are numbered now.
        Operation[] operations = [.. inputs.Select(OperationOf)];
        effects.Add(new Operation(OperationKind.Effect, new TensorSpec(Shape.Scalar, DType.Bool), NextNumber())
        {
            Effect = effect,
            EffectName = name,
            Scope = Scope,
            Inputs = operations,
            Changes = changes,
        });
        changedByEffects.UnionWith(changes);
    }

    private int NextNumber() => countsUp ? count++ : count;

    private Tensor Add(OperationKind kind, TensorSpec spec) => Symbol(new Operation(kind, spec, NextNumber()));

    private Tensor Symbol(Operation operation)
    {
        own.Add(operation);
        return Tensor.Symbol(operation);
    }

    // A tensor with numbers is the same in every call.
    private Operation OperationOf(Tensor tensor)
    {
        if (tensor.Node is { } node && node.Number <= latestNode)
        {
            throw new InvalidOperationException($"A compiled function uses a tensor of shape {tensor.Shape} from outside that a gradient is being taken by, "
                + "which would end there. Give it to the function as an input.");
        }

        if (tensor.Operation is not { } operation)
            return new Operation(OperationKind.Constant, tensor.Spec, NextNumber()) { Constant = tensor };
        return own.Contains(operation)
            ? operation
            : throw new InvalidOperationException("Received a tensor of another function that was compiled. Give it to this function as an input.");
    }
}
