using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// Writes a function's operations down instead of running them. The function runs once, on tensors that have a shape but no numbers;
/// every <see cref="Primitive.Apply"/> on such a tensor adds an operation to the graph. Variables become operations when they are read;
/// what is assigned to one is what it is read as from then on.
/// </summary>
internal sealed class Tracer : State
{
    private static int bodies;

    [ThreadStatic]
    private static Tracer? current;

    private readonly Dictionary<Variable, Tensor> variables = [];
    private readonly Dictionary<Variable, Tensor> assigned = [];
    private readonly List<Operation> hostCalls = [];
    private readonly HashSet<Operation> own = [];
    private readonly long latestNode = Node.Latest;

    // What a loop's body uses from outside, each with the parameter that stands for it; null for a function of its own.
    private readonly List<(Tensor Outside, Tensor Inside)>? captures;
    private readonly bool copiesConstants;
    private readonly int body;

    private int count;

    // Operations written in the place of another have its number: what reads them comes after it anyway.
    private bool countsUp = true;

    private Tracer(bool isBody = false, bool copiesConstants = false)
    {
        captures = isBody ? [] : null;
        body = isBody ? Interlocked.Increment(ref bodies) : 0;
        this.copiesConstants = copiesConstants;
    }

    /// <summary>The tracer at work on this thread; null for eager execution.</summary>
    public static Tracer? Current => current;

    /// <summary>The part of the function that is being written down.</summary>
    public string Scope { get; set; } = "";

    /// <summary>Traces a function.</summary>
    /// <param name="inputs">The parameters' shapes and types.</param>
    /// <param name="function">The function.</param>
    public static Graph Trace(IReadOnlyList<TensorSpec> inputs, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function)
    {
        Tracer tracer = new();
        return tracer.Run(() =>
        {
            Tensor[] parameters = [.. inputs.Select(spec => tracer.Add(OperationKind.Parameter, spec))];
            IReadOnlyList<Tensor> outputs = function(parameters);
            return new Graph(
                [.. parameters.Select(parameter => parameter.Operation!)], [.. outputs.Select(tracer.OperationOf)],
                [.. tracer.assigned.Select(pair => (pair.Key, tracer.OperationOf(pair.Value)))], tracer.hostCalls);
        });
    }

    /// <summary>
    /// Traces the body of a loop or branch: what it uses of the code around it, variables among it, becomes further parameters.
    /// </summary>
    /// <param name="inputs">The shapes and types of the body's own parameters.</param>
    /// <param name="carried">Variables whose value is handed in by the last parameters and handed out by the last outputs.</param>
    /// <param name="function">The body.</param>
    /// <param name="copiesConstants">Whether all numbers that no gradient is taken by become a part of the body, however many they are.</param>
    public static TracedBody TraceBody(
        IReadOnlyList<TensorSpec> inputs, IReadOnlyList<Variable> carried, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, bool copiesConstants = false)
    {
        Tracer tracer = new(isBody: true, copiesConstants) { Scope = current?.Scope ?? "" };
        return tracer.Run(() =>
        {
            Tensor[] parameters = [.. inputs.Concat(carried.Select(variable => variable.Spec)).Select(spec => tracer.Add(OperationKind.Parameter, spec))];
            for (int i = 0; i < carried.Count; i++)
                tracer.variables[carried[i]] = parameters[inputs.Count + i];
            IReadOnlyList<Tensor> outputs = function(parameters[..inputs.Count]);
            Operation[] results = [.. outputs.Concat(carried.Select(variable => tracer.variables[variable])).Select(tracer.OperationOf)];
            if (tracer.hostCalls.Count > 0)
            {
                throw new InvalidOperationException($"'{tracer.hostCalls[0].HostCallName}' is a host call within the body of a loop or branch, where host calls cannot run. "
                    + "Return the tensor from the loop and read it outside.");
            }

            Graph graph = new(
                [.. parameters.Concat(tracer.captures!.Select(capture => capture.Inside)).Select(parameter => parameter.Operation!)], results, [], []);
            return new TracedBody(graph, [.. tracer.captures!.Select(capture => capture.Outside)], [.. tracer.assigned.Keys]);
        });
    }

    /// <summary>Writes operations that are to stand in another's place in a graph.</summary>
    /// <param name="number">The other's number.</param>
    /// <param name="scope">The part of the function they belong to.</param>
    /// <param name="inputs">Operations of the graph.</param>
    /// <param name="function">What stands in its place, as a function of tensors.</param>
    public static Operation Write(int number, string scope, IReadOnlyList<Operation> inputs, Func<IReadOnlyList<Tensor>, Tensor> function) =>
        WriteAll(number, scope, inputs, tensors => [function(tensors)])[0];

    /// <summary>The same for a function of several results.</summary>
    public static Operation[] WriteAll(int number, string scope, IReadOnlyList<Operation> inputs, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function)
    {
        Tracer tracer = new() { count = number, countsUp = false, Scope = scope };
        return tracer.Run(() => (Operation[])[.. function([.. inputs.Select(tracer.Symbol)]).Select(tracer.OperationOf)]);
    }

    /// <summary>
    /// A tensor as it is within the body that is being traced: what is computed from it is then a part of the body. Else the tensor itself.
    /// </summary>
    public static Tensor Inside(Tensor tensor) => current is not { captures: not null } tracer || (tensor.Operation is { } operation && tracer.own.Contains(operation))
        ? tensor
        : tracer.Symbol(tracer.OperationOf(tensor));

    /// <summary>The number of the body that is being traced, as no other has; 0 outside of bodies.</summary>
    public static int CurrentBody => current?.body ?? 0;

    /// <summary>Computes numbers now, whatever is being traced or differentiated on this thread.</summary>
    public static Tensor Outside(Func<Tensor> function)
    {
        Tracer? tracer = current;
        current = null;
        try
        {
            return WithoutLevels(function);
        }
        finally
        {
            current = tracer;
        }
    }

    /// <summary>True while the body of a loop or branch is traced: all operations are written down, those on tensors with numbers too.</summary>
    public static bool IsInBody => current is { captures: not null };

    /// <summary>Adds a primitive's application.</summary>
    public static Tensor[] Record(Primitive primitive, ReadOnlySpan<Tensor> inputs, IReadOnlyList<TensorSpec> specs)
    {
        if (current is not { } tracer)
        {
            throw new InvalidOperationException($"{primitive.Name}: received a tensor of a function that was compiled and is no longer being traced. "
                + "Return it from the function instead of keeping it in a field.");
        }

        Operation[] operations = new Operation[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            operations[i] = tracer.OperationOf(inputs[i]);
        Operation producer = new(OperationKind.Computed, specs.Count == 1 ? specs[0] : Operation.NoTensor, tracer.NextNumber())
        {
            Primitive = primitive,
            Inputs = operations,
            OutputCount = specs.Count,
            Scope = tracer.Scope,
        };
        if (specs.Count == 1)
            return [tracer.Symbol(producer)];
        Tensor[] parts = new Tensor[specs.Count];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = tracer.Symbol(new Operation(OperationKind.Part, specs[i], tracer.NextNumber()) { Inputs = [producer], Index = i, Scope = tracer.Scope });
        return parts;
    }

    /// <summary>Notes an action that runs at its place in each call.</summary>
    public void AddHostCall(Action<IReadOnlyList<Tensor>> action, IReadOnlyList<Tensor> inputs, string name)
    {
        // Before the host call gets its number: constants among its inputs are numbered now.
        Operation[] operations = [.. inputs.Select(OperationOf)];
        hostCalls.Add(new Operation(OperationKind.HostCall, Operation.NoTensor, NextNumber()) { HostCall = action, HostCallName = name, Scope = Scope, Inputs = operations });
    }

    /// <summary>A variable's value: what the function assigned to it, else what it is when a call begins.</summary>
    protected override Tensor Find(Variable variable)
    {
        if (!variables.TryGetValue(variable, out Tensor? value))
        {
            variables[variable] = value = captures is null
                ? Symbol(new Operation(OperationKind.Variable, variable.Spec, NextNumber()) { Variable = variable })
                : Captured(Read(variable, Outer) ?? variable.StoredValue);
        }

        return value;
    }

    /// <summary>Notes what a variable becomes.</summary>
    protected override void Change(Variable variable, Tensor value) => variables[variable] = assigned[variable] = value.Detach();

    // This tracer is at work while the function runs.
    private T Run<T>(Func<T> traced)
    {
        Tracer? outer = current;
        current = this;
        Enter();
        try
        {
            return traced();
        }
        finally
        {
            Leave();
            current = outer;
        }
    }

    private int NextNumber() => countsUp ? count++ : count;

    private Tensor Add(OperationKind kind, TensorSpec spec) => Symbol(new Operation(kind, spec, NextNumber()));

    private Tensor Symbol(Operation operation)
    {
        own.Add(operation);
        return Tensor.Symbol(operation);
    }

    // The parameter that stands for a tensor of the code around a body.
    private Tensor Captured(Tensor outside)
    {
        foreach ((Tensor known, Tensor inside) in captures!)
        {
            if (ReferenceEquals(known, outside) || (known.Operation is not null && known.Operation == outside.Operation && known.Node is null && outside.Node is null))
                return inside;
        }

        Tensor parameter = Add(OperationKind.Parameter, outside.Spec);
        captures.Add((outside, parameter));
        return parameter;
    }

    // A tensor with numbers is the same in every call.
    private Operation OperationOf(Tensor tensor)
    {
        if (tensor.Operation is { } operation && own.Contains(operation))
            return operation;
        // Numbers that the body makes itself are a part of it. Numbers from outside are always handed in, since in a compiled function some of
        // them are inputs: eager and compiled code must run the same body to give the same bits.
        bool isConstant = tensor is { Operation: null, Node: null, IsShapeOnly: false } && (copiesConstants || tensor.Body == body);
        if (captures is not null && !isConstant)
            return Captured(tensor).Operation!;
        if (tensor.Node is { } node && node.Number <= latestNode)
        {
            throw new InvalidOperationException($"A compiled function uses a tensor of shape {tensor.Shape} from outside that a gradient depends on; "
                + "the gradient would end there. Pass it to the function as an input.");
        }

        return tensor.Operation is null
            ? new Operation(OperationKind.Constant, tensor.Spec, NextNumber()) { Constant = tensor }
            : throw new InvalidOperationException("Received a tensor of another function that was compiled. Pass it to this function as an input.");
    }
}

/// <summary>The body of a loop or branch, traced.</summary>
/// <param name="Graph">The body; its parameters are its own, then those of carried variables, then one for each capture.</param>
/// <param name="Captures">The tensors of the code around it that it uses.</param>
/// <param name="Assigned">The variables that it assigns.</param>
internal sealed record TracedBody(Graph Graph, IReadOnlyList<Tensor> Captures, IReadOnlyList<Variable> Assigned);
