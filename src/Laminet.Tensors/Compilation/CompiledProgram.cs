using System.Diagnostics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// A graph ready to run: its operations in order, each with the tensors it reads and writes made beforehand. A call binds what comes from
/// outside and runs the kernels one after the other.
/// </summary>
internal sealed class CompiledProgram
{
    private readonly OperationGraph graph;
    private readonly List<Step> steps = [];
    private readonly List<Step> keptSteps = [];
    private readonly Storage? kept;
    private readonly Dictionary<Operation, External> externals = [];
    private readonly External[] parameters;
    private readonly External[] outputs;
    private readonly External[] variables;
    private readonly External[] keptVariables;
    private readonly (Variable Variable, Tensor Value)[] updates;
    private long keptVersion = -1;
    private Tensor[]? ownResults;

    /// <summary>Plans a program.</summary>
    /// <param name="graph">A graph after all passes.</param>
    /// <param name="shared">A block to use if it is large enough: programs that never run at the same time share one.</param>
    public CompiledProgram(OperationGraph graph, Storage? shared = null)
    {
        this.graph = graph;
        Plan = new MemoryPlan(graph);
        kept = Plan.KeptBytes > 0 ? new Storage(Plan.KeptBytes) : null;
        Arena = shared is not null && shared.Bytes >= Plan.Bytes ? shared : new Storage(Plan.Bytes);
        foreach (Operation operation in graph.Operations.Where(operation => operation.Kind is OperationKind.Parameter or OperationKind.Variable).Concat(graph.Outputs))
            externals[operation] = new External(operation);
        foreach (Operation operation in graph.Operations.Where(IsRun))
            (Plan.Keeps(operation) ? keptSteps : steps).Add(StepOf(operation));
        parameters = [.. graph.Parameters.Select(parameter => externals.GetValueOrDefault(parameter) ?? new External(parameter))];
        outputs = [.. graph.Outputs.Select(output => externals[output])];
        variables = [.. externals.Values.Where(external => external.Operation.Kind == OperationKind.Variable)];
        FixedOperations fixedOnes = new(graph);
        keptVariables = [.. variables.Where(external => fixedOnes.Contains(external.Operation))];
        updates = [.. graph.Updates.Select(update => (update.Variable, Inside(update.Value)!))];
    }

    public MemoryPlan Plan { get; }

    /// <summary>The block that holds the intermediates.</summary>
    public Storage Arena { get; }

    /// <summary>True while a gradient is being taken by a variable that the program reads.</summary>
    public bool ReadsWatchedVariables => Array.Exists(variables, external => external.Operation.Variable!.IsWatched);

    /// <summary>Runs the program.</summary>
    /// <param name="inputs">The parameters.</param>
    /// <param name="watch">Receives, for each operation that runs, when it began and ended; null to look at no clock.</param>
    public IReadOnlyList<Tensor> Run(ReadOnlySpan<Tensor> inputs, (long Start, long End)[]? watch = null)
    {
        Tensor[] results = FreshResults();
        Run(inputs, results, watch);
        return results;
    }

    /// <summary>Runs a program that has one result and copies that, so that nothing is allocated from the second call on.</summary>
    /// <param name="destination">Receives the result's numbers.</param>
    /// <param name="inputs">The parameters.</param>
    public void RunInto<T>(Span<T> destination, ReadOnlySpan<Tensor> inputs) where T : unmanaged
    {
        if (outputs.Length != 1)
            throw new InvalidOperationException($"The function has {outputs.Length} results; only the numbers of one can be copied to one place. Use Call.");
        TensorSpec result = outputs[0].Operation.Spec;
        result.RequireRoom<T>(destination);
        DTypes.Require<T>(result.DType);
        ownResults ??= FreshResults();
        Run(inputs, ownResults, null);
        ownResults[0].CopyTo(destination);
    }

    // Shares the shapes and strides that the plan has.
    private Tensor[] FreshResults()
    {
        Tensor[] results = outputs.Length == 0 ? [] : new Tensor[outputs.Length];
        for (int i = 0; i < results.Length; i++)
            results[i] = Tensor.In(new Storage(outputs[i].Operation.Bytes), 0, Plan.Layouts[outputs[i].Operation].View);
        return results;
    }

    private void Run(ReadOnlySpan<Tensor> inputs, Tensor[] results, (long Start, long End)[]? watch)
    {
        try
        {
            for (int i = 0; i < parameters.Length; i++)
                parameters[i].Bind(inputs[i].Contiguous());
            foreach (External external in variables)
                external.Bind(ValueOf(external.Operation));
            RunKept();
            for (int i = 0; i < outputs.Length; i++)
                outputs[i].Bind(results[i]);
            if (watch is null)
            {
                foreach (Step step in steps)
                    step.Run();
            }
            else
            {
                for (int i = 0; i < steps.Count; i++)
                {
                    watch[i].Start = Stopwatch.GetTimestamp();
                    steps[i].Run();
                    watch[i].End = Stopwatch.GetTimestamp();
                }
            }

            foreach ((Variable variable, Tensor value) in updates)
                variable.CopyFrom(value);
        }
        finally
        {
            // Somebody else's tensors are not kept alive by a program that waits for its next call.
            foreach (External parameter in parameters)
                parameter.Release();
            foreach (External output in outputs)
                output.Release();
            GC.KeepAlive(Arena);
            GC.KeepAlive(kept);
        }
    }

    /// <summary>Runs the program several times and tells how long each operation took.</summary>
    public IReadOnlyList<OperationTiming> Profile(ReadOnlySpan<Tensor> inputs, int calls)
    {
        List<(long Start, long End)[]> watches = [];
        for (int call = 0; call < calls; call++)
        {
            watches.Add(new (long, long)[steps.Count]);
            Run(inputs, watches[call]);
        }

        (long Start, long End)[] median = watches.OrderBy(watch => watch[^1].End - watch[0].Start).ElementAt(calls / 2);
        return [.. steps.Select((step, i) =>
        {
            double[] times = [.. watches.Select(watch => Milliseconds(watch[i].End - watch[i].Start)).Order()];
            return step.Timing(Milliseconds(median[i].Start - median[0].Start), times[calls / 2]);
        })];

        static double Milliseconds(long ticks) => ticks * 1e3 / Stopwatch.Frequency;
    }

    // Computed at the first call, and again when somebody has changed a variable.
    private void RunKept()
    {
        long now = 0;
        foreach (External external in keptVariables)
            now += external.Operation.Variable!.Version;
        if (now == keptVersion)
            return;
        foreach (Step step in keptSteps)
            step.Run();
        keptVersion = now;
    }

    private static Tensor ValueOf(Operation operation)
    {
        Variable variable = operation.Variable!;
        if (variable.IsShapeOnly)
        {
            throw new InvalidOperationException($"The variable '{variable.Name}' {variable.Shape} has no numbers yet. Give its layer its first weights "
                + "before the compiled call: layer.Initialize(key), or call the layer once by itself.");
        }

        return operation.InPanels ? variable.Panels(operation.Spec.Shape[2]) : variable.Current.Contiguous();
    }

    /// <summary>Whether an operation takes a kernel or an action: views and what is given do not.</summary>
    internal static bool IsRun(Operation operation) =>
        operation.Kind == OperationKind.Effect || (operation is { Kind: OperationKind.Computed, Primitive.IsView: false } && operation.Bytes > 0);

    private Step StepOf(Operation operation)
    {
        return new Step(operation, [.. operation.Inputs.Select(Look)], operation.Kind == OperationKind.Effect ? null : Look(operation));

        Tensor Look(Operation read) => Inside(read) ?? externals[Plan.Layouts[read].Owner].Look(Plan.Layouts[read]);
    }

    // The tensor itself where it does not change from call to call: in the block, or a constant.
    private Tensor? Inside(Operation operation)
    {
        Layout layout = Plan.Layouts[operation];
        if (layout.Owner.Constant is { } constant)
            return layout.Owner == operation ? constant : constant.View(layout.View.Shape, layout.View.Strides, layout.View.Offset);
        if (!Plan.Holds(layout.Owner))
            return null;
        int first = checked((int)(Plan.OffsetOf(layout.Owner) / layout.View.DType.Size()));
        return Tensor.In(Plan.Keeps(layout.Owner) ? kept! : Arena, first + layout.View.Offset, layout.View);
    }

    /// <summary>One operation with what it reads and writes.</summary>
    private sealed class Step(Operation operation, Tensor[] operands, Tensor? output)
    {
        public void Run()
        {
            if (operation.Effect is { } effect)
                effect(operands);
            else
                operation.Primitive!.Execute(operands, output!);
        }

        public OperationTiming Timing(double start, double milliseconds) => new(
            operation.Title, operation.Scope, operation.Spec, start, milliseconds,
            operation.Primitive?.Work([.. operation.Inputs.Select(input => input.Spec)], operation.Spec) ?? 0,
            operation.Inputs.Distinct().Sum(input => input.Bytes) + (operation.Primitive is null ? 0 : operation.Bytes));
    }

    /// <summary>A tensor that comes from outside with each call, and the looks at it that steps read and write through.</summary>
    private sealed class External(Operation operation)
    {
        private readonly List<(Tensor Look, int Offset)> looks = [];
        private Tensor? bound;

        public Operation Operation { get; } = operation;

        public Tensor Look(Layout layout)
        {
            Tensor look = Tensor.Unplaced(layout.View);
            looks.Add((look, layout.View.Offset));
            return look;
        }

        public void Bind(Tensor tensor)
        {
            // A variable that was updated in place is the same tensor as in the last call.
            if (ReferenceEquals(bound, tensor))
                return;
            bound = tensor;
            foreach ((Tensor look, int offset) in looks)
                look.MoveTo(tensor.Storage, tensor.Offset + offset);
        }

        public void Release()
        {
            bound = null;
            foreach ((Tensor look, _) in looks)
                look.MoveTo(null, 0);
        }
    }
}
