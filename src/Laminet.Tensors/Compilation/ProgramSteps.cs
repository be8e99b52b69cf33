using System.Globalization;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// A graph's operations in order, each with the tensors it reads and writes made beforehand. The blocks of memory that hold the intermediates
/// are given from outside: a compiled function has its own, a loop's body lies in a part of the block around it.
/// </summary>
internal sealed class ProgramSteps
{
    private readonly Device device;
    private readonly List<Step> steps = [];
    private readonly List<Step> keptSteps = [];
    private readonly Dictionary<Operation, External> externals = [];
    private readonly List<Placed> inArena = [], inKept = [];
    private Storage? arena;
    private long arenaStart;

    /// <param name="graph">A graph after all passes.</param>
    /// <param name="device">What runs the kernels.</param>
    public ProgramSteps(Graph graph, Device device)
    {
        this.device = device;
        Plan = new MemoryPlan(graph);
        foreach (Operation operation in graph.Operations.Where(operation => operation.Kind is OperationKind.Parameter or OperationKind.Variable).Concat(graph.Outputs))
            externals[operation] = new External(operation);
        Variables = new ProgramVariables(graph, externals);
        foreach (Operation operation in graph.Operations.Where(IsRun))
            (Plan.Keeps(operation) ? keptSteps : steps).Add(StepOf(operation));
        Parameters = [.. graph.Parameters.Select(parameter => externals.GetValueOrDefault(parameter) ?? new External(parameter))];
        Outputs = [.. graph.Outputs.Select(output => externals[output])];
        Variables.PlaceCopies(graph, (variable, value) => Plan.HomeOf(value) as Variable == variable ? null : TensorOf(value));
    }

    public MemoryPlan Plan { get; }

    /// <summary>What is given with each run.</summary>
    public External[] Parameters { get; }

    /// <summary>Where the results go.</summary>
    public External[] Outputs { get; }

    public ProgramVariables Variables { get; }

    /// <summary>The steps that run in every call.</summary>
    public IReadOnlyList<Step> Steps => steps;

    /// <summary>Says where the blocks of memory lie; null for nowhere.</summary>
    public void Place(Storage? arena, long arenaStart, Storage? kept, long keptStart)
    {
        (this.arena, this.arenaStart) = (arena, arenaStart);
        Move(inArena, arena, arenaStart);
        Move(inKept, kept, keptStart);
    }

    /// <summary>Computes what stays from call to call.</summary>
    public void RunKept()
    {
        foreach (Step step in keptSteps)
            step.Run();
    }

    /// <summary>Computes the rest.</summary>
    public void Run()
    {
        foreach (Step step in steps)
            step.Run();
    }

    private static void Move(List<Placed> views, Storage? storage, long start)
    {
        foreach (Placed placed in views)
            placed.View.MoveTo(storage, storage is null ? 0 : OffsetAt(start + placed.Bytes, placed.View.DType));
    }

    private static int OffsetAt(long bytes, DType type) => bytes / type.Size() is var offset && offset <= int.MaxValue
        ? (int)offset
        : throw new InsufficientMemoryException(string.Create(CultureInfo.InvariantCulture,
            $"This program needs a block of memory of more than {bytes / 1e9:F1} GB; in it a {type} tensor can begin at most {int.MaxValue:N0} elements from the start. Use smaller batches or shorter sequences."));

    // As in eager execution, no kernel runs for outputs without elements.
    private bool IsRun(Operation operation) =>
        operation.IsRun && (operation.Kind == OperationKind.HostCall || Plan.Results(operation).Any(result => result.Bytes > 0));

    private Step StepOf(Operation operation)
    {
        Tensor[] operands = [.. operation.Inputs.Select(TensorOf)];
        Tensor?[] results = new Tensor?[operation.OutputCount];
        foreach (Operation result in Plan.Results(operation).Where(result => operation.Kind == OperationKind.Computed))
            results[result.Index] = TensorOf(result);
        return new Step(this, operation, operands, results, Plan.ScratchOf(operation));
    }

    // What a step reads or writes through: a constant as it is, else a view that is moved to where the tensor lies.
    private Tensor TensorOf(Operation operation)
    {
        Layout layout = Plan.Layouts[operation];
        if (layout.Owner.Constant is { } constant)
            return layout.Owner == operation ? constant : constant.View(layout.View.Shape, layout.View.Strides, layout.View.Offset);
        if (Plan.HomeOf(layout.Owner) is { } home)
            return (home is Variable variable ? Variables.SuccessorOf(variable) : externals[Plan.CarriedFrom((Operation)home)]).Look(layout);
        if (!Plan.Holds(layout.Owner))
            return externals[layout.Owner].Look(layout);
        Tensor view = Tensor.Unplaced(layout.View);
        (Plan.Keeps(layout.Owner) ? inKept : inArena).Add(new Placed(view, Plan.OffsetOf(layout.Owner) + ((long)layout.View.Offset * layout.View.DType.Size())));
        return view;
    }

    /// <summary>A view, and where in its block it begins.</summary>
    private sealed record Placed(Tensor View, long Bytes);

    /// <summary>One operation with what it reads and writes.</summary>
    internal sealed class Step(ProgramSteps program, Operation operation, Tensor[] operands, Tensor?[] results, long? scratch)
    {
        public void Run()
        {
            if (operation.HostCall is { } action)
                action(operands);
            else
                program.device.Execute(operation.Primitive!, operands, results, scratch is { } start ? new WorkSpace(program.arena, program.arenaStart + start) : default);
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
