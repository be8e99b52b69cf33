using System.Diagnostics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// A graph ready to run: its operations in order, each with the tensors it reads and writes made beforehand. A call binds what comes from
/// outside and runs the kernels one after the other.
/// </summary>
internal sealed class CompiledProgram
{
    private readonly Device device;
    private readonly List<Step> steps = [];
    private readonly List<Step> keptSteps = [];
    private readonly Storage? kept;
    private readonly Dictionary<Operation, External> externals = [];
    private readonly External[] parameters;
    private readonly External[] outputs;
    private readonly ProgramVariables variables;
    private Tensor[]? ownResults;

    /// <summary>Plans a program.</summary>
    /// <param name="graph">A graph after all passes.</param>
    /// <param name="device">What runs the kernels; the CPU by default.</param>
    /// <param name="shared">A block to use if it is large enough: programs that never run at the same time share one.</param>
    public CompiledProgram(Graph graph, Device? device = null, Storage? shared = null)
    {
        this.device = device ??= Device.Cpu;
        Plan = new MemoryPlan(graph);
        kept = Plan.KeptBytes > 0 ? device.Allocate(Plan.KeptBytes) : null;
        Arena = shared is not null && shared.Bytes >= Plan.Bytes ? shared : device.Allocate(Plan.Bytes);
        foreach (Operation operation in graph.Operations.Where(operation => operation.Kind is OperationKind.Parameter or OperationKind.Variable).Concat(graph.Outputs))
            externals[operation] = new External(operation);
        variables = new ProgramVariables(graph, externals);
        foreach (Operation operation in graph.Operations.Where(IsRun))
            (Plan.Keeps(operation) ? keptSteps : steps).Add(StepOf(operation));
        parameters = [.. graph.Parameters.Select(parameter => externals.GetValueOrDefault(parameter) ?? new External(parameter))];
        outputs = [.. graph.Outputs.Select(output => externals[output])];
        variables.PlaceCopies(graph, (variable, value) => Plan.VariableOf(value) == variable ? null : TensorOf(value));
    }

    public MemoryPlan Plan { get; }

    /// <summary>The block that holds the intermediates.</summary>
    public Storage Arena { get; }

    /// <summary>How many of the variables that the program changes are written in place; the others are copied at the end of a call.</summary>
    public (int InPlace, int Copied) Successions => variables.Successions;

    /// <summary>True while a gradient is being taken by a variable that the program reads.</summary>
    public bool ReadsWatchedVariables => variables.AreWatched;

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
            results[i] = Tensor.In(device.Allocate(outputs[i].Operation.Bytes), 0, Plan.Layouts[outputs[i].Operation].View);
        return results;
    }

    private void Run(ReadOnlySpan<Tensor> inputs, Tensor[] results, (long Start, long End)[]? watch)
    {
        using VariableHold hold = variables.Hold();
        Variable.BeginCompiledCall();
        try
        {
            for (int i = 0; i < parameters.Length; i++)
                parameters[i].Bind(inputs[i].Contiguous());
            if (variables.Bind())
            {
                foreach (Step step in keptSteps)
                    step.Run();
                variables.KeptIsFresh();
            }

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

            variables.Succeed();
        }
        finally
        {
            // The caller's tensors are not kept alive by a program that waits for its next call.
            foreach (External parameter in parameters)
                parameter.Release();
            foreach (External output in outputs)
                output.Release();
            Variable.EndCompiledCall();
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

    // As in eager execution, no kernel runs for outputs without elements.
    private bool IsRun(Operation operation) =>
        operation.IsRun && (operation.Kind == OperationKind.HostCall || Plan.Results(operation).Any(result => result.Bytes > 0));

    private Step StepOf(Operation operation)
    {
        Tensor[] operands = [.. operation.Inputs.Select(TensorOf)];
        Tensor?[] results = new Tensor?[operation.OutputCount];
        foreach (Operation result in Plan.Results(operation).Where(result => operation.Kind == OperationKind.Computed))
            results[result.Index] = TensorOf(result);
        return new Step(device, operation, operands, results);
    }

    // What a step reads or writes through: the tensor itself where it does not change from call to call (in the block, or a constant), else
    // a view that each call moves.
    private Tensor TensorOf(Operation operation)
    {
        Layout layout = Plan.Layouts[operation];
        if (layout.Owner.Constant is { } constant)
            return layout.Owner == operation ? constant : constant.View(layout.View.Shape, layout.View.Strides, layout.View.Offset);
        if (Plan.VariableOf(layout.Owner) is { } variable)
            return variables.SuccessorOf(variable).Look(layout);
        if (!Plan.Holds(layout.Owner))
            return externals[layout.Owner].Look(layout);
        int first = checked((int)(Plan.OffsetOf(layout.Owner) / layout.View.DType.Size()));
        return Tensor.In(Plan.Keeps(layout.Owner) ? kept! : Arena, first + layout.View.Offset, layout.View);
    }

    /// <summary>One operation with what it reads and writes.</summary>
    private sealed class Step(Device device, Operation operation, Tensor[] operands, Tensor?[] results)
    {
        public void Run()
        {
            if (operation.HostCall is { } action)
                action(operands);
            else
                device.Execute(operation.Primitive!, operands, results);
        }

        public OperationTiming Timing(double start, double milliseconds)
        {
            TensorSpec output = results.FirstOrDefault(result => result is not null)?.Spec ?? operation.Spec;
            return new OperationTiming(
                operation.Title, operation.Scope, output, start, milliseconds,
                operation.Primitive?.Work([.. operation.Inputs.Select(input => input.Spec)], output) ?? 0,
                operation.Inputs.Distinct().Sum(input => input.Bytes) + results.Sum(result => (long)(result?.Length ?? 0) * (result?.DType.Size() ?? 0)));
        }
    }
}
