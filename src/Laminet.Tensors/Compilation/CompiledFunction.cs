namespace Laminet.Tensors.Compilation;

/// <summary>
/// A function that is traced at its first call with given shapes and types, and from then on runs as a program. The results are those of
/// the function itself. Calls from several threads take turns.
/// </summary>
/// <remarks>Where a gradient is being taken through the call, or another function traced, the function itself runs.</remarks>
public sealed class CompiledFunction
{
    /// <summary>How many programs are kept; of more combinations of shapes the one unused for longest is forgotten.</summary>
    public const int MaximumPrograms = 16;

    private readonly Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function;
    private readonly List<(TensorSpec[] Inputs, CompiledProgram Program)> programs = [];
    private readonly Lock gate = new();

    internal CompiledFunction(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, string name = "function")
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(name);
        (this.function, Name) = (function, name);
    }

    /// <summary>What to call it in listings.</summary>
    public string Name { get; }

    /// <summary>How often the function has been traced. A number that grows with every call means that shapes never repeat.</summary>
    public int Traces { get; private set; }

    /// <summary>Is told of every trace, with the shapes it is for.</summary>
    public event Action<CompiledFunction, IReadOnlyList<TensorSpec>>? Traced;

    /// <summary>Computes the function.</summary>
    /// <exception cref="InvalidOperationException">The function reads a tensor's numbers, which are not known while it is traced.</exception>
    public IReadOnlyList<Tensor> Call(params IReadOnlyList<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (Tensor input in inputs)
        {
            if (input.Node is not null || input.Operation is not null || input.IsShapeOnly)
                return function(inputs);
        }

        // An effect of a program that calls the program's function must not run it on top of itself.
        if (Tracer.Current is not null || gate.IsHeldByCurrentThread)
            return function(inputs);
        lock (gate)
        {
            CompiledProgram program = ProgramFor(inputs);
            return program.ReadsWatchedVariables ? function(inputs) : program.Run(inputs);
        }
    }

    /// <summary>The function's graph for inputs of given shapes and types: as traced, and after each pass of the compiler.</summary>
    public IReadOnlyList<GraphStage> Stages(params IReadOnlyList<TensorSpec> inputs) => Compiler.Stages(Tracer.Trace(inputs, function));

    /// <summary>What the function will need of memory for inputs of given shapes and types. Nothing is run, and no memory taken.</summary>
    public ProgramMemory Plan(params IReadOnlyList<TensorSpec> inputs)
    {
        MemoryPlan plan = new(Compiler.Optimize(Tracer.Trace(inputs, function)));
        return new ProgramMemory(plan.Bytes + plan.KeptBytes, plan.AtPeak());
    }

    /// <summary>Calls the function several times and tells how long each of its operations took.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="calls">How many calls the medians are taken over.</param>
    public IReadOnlyList<OperationTiming> Profile(IReadOnlyList<Tensor> inputs, int calls = 10)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        lock (gate)
        {
            CompiledProgram program = ProgramFor(inputs);
            program.Run(inputs);
            return program.Profile(inputs, calls);
        }
    }

    private CompiledProgram ProgramFor(IReadOnlyList<Tensor> inputs)
    {
        for (int i = programs.Count - 1; i >= 0; i--)
        {
            if (!Fits(programs[i].Inputs, inputs))
                continue;
            (TensorSpec[] Inputs, CompiledProgram Program) found = programs[i];
            if (i < programs.Count - 1)
            {
                programs.RemoveAt(i);
                programs.Add(found);
            }

            return found.Program;
        }

        TensorSpec[] specs = [.. inputs.Select(input => input.Spec)];
        CompiledProgram program = new(Compiler.Optimize(Tracer.Trace(specs, function)), programs.Count == 0 ? null : programs[^1].Program.Arena);
        if (programs.Count == MaximumPrograms)
            programs.RemoveAt(0);
        programs.Add((specs, program));
        Traces++;
        Traced?.Invoke(this, specs);
        return program;
    }

    private static bool Fits(TensorSpec[] specs, IReadOnlyList<Tensor> inputs)
    {
        if (specs.Length != inputs.Count)
            return false;
        for (int i = 0; i < specs.Length; i++)
        {
            if (specs[i].DType != inputs[i].DType || specs[i].Shape != inputs[i].Shape)
                return false;
        }

        return true;
    }
}
