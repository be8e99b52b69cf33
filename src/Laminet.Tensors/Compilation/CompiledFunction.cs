using System.Diagnostics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Devices;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// A function that is traced at its first call with given shapes and types, and then runs as a program. The results are the same as those of
/// the function itself. Calls from several threads run one after the other.
/// </summary>
/// <remarks>While a gradient through the call is taken, or another function is traced, the original function runs.</remarks>
public sealed class CompiledFunction
{
    /// <summary>The maximum number of cached programs. With more combinations of shapes, the least recently used program is dropped.</summary>
    public const int MaximumPrograms = 16;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly Func<Bundle<Tensor>, Bundle<Tensor>> function;
    private readonly List<Entry> programs = [];
    private readonly Lock gate = new();
    private readonly Device device;

    internal CompiledFunction(Func<Bundle<Tensor>, Bundle<Tensor>> function, string name = "function", Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(name);
        (this.function, Name, this.device) = (function, name, device ?? Device.Cpu);
    }

    /// <summary>The name in listings.</summary>
    public string Name { get; }

    /// <summary>How often the function has been traced. A number that grows with every call means that shapes never repeat.</summary>
    public int Traces { get; private set; }

    /// <summary>Raised after every trace, with the shapes and types of the inputs.</summary>
    public event Action<CompiledFunction, IReadOnlyList<TensorSpec>>? Traced;

    /// <summary>Computes the function.</summary>
    /// <exception cref="InvalidOperationException">The function reads a tensor's numbers, which are not known while it is traced.</exception>
    public IReadOnlyList<Tensor> Call(params ReadOnlySpan<Tensor> inputs)
    {
        if (RunsItself(inputs))
            return function(Bundle.Create(inputs));
        lock (gate)
        {
            CompiledProgram program = EntryFor(inputs, null).Program;
            return program.ReadsWatchedVariables ? function(Bundle.Create(inputs)) : program.Run(inputs);
        }
    }

    /// <summary>Computes the function for a bundle of inputs, with or without names. The results have the names that the function gives them.</summary>
    /// <inheritdoc cref="Call(ReadOnlySpan{Tensor})"/>
    // Before the other where both fit: a list in brackets, an array.
    [OverloadResolutionPriority(1)]
    public Bundle<Tensor> Call(Bundle<Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Tensor[] flat = [.. inputs];
        if (RunsItself(flat))
            return function(inputs);
        lock (gate)
        {
            Entry entry = EntryFor(flat, inputs.Names);
            return entry.Program.ReadsWatchedVariables ? function(inputs) : Bundle.Named(entry.OutputNames, entry.Program.Run(flat));
        }
    }

    /// <summary>
    /// Computes a function with one result and copies the result to a span of the caller, in row-major order. Unlike <see cref="Call(ReadOnlySpan{Tensor})"/>, which
    /// must create a tensor to return, this method allocates nothing once the function has been called with these shapes.
    /// </summary>
    /// <param name="destination">Receives the numbers; may be longer than the result.</param>
    /// <param name="inputs">The inputs.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than the result; nothing was computed.</exception>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not the result's element type; nothing was computed.</exception>
    /// <exception cref="InvalidOperationException">The function has not exactly one result.</exception>
    public void CallInto<T>(Span<T> destination, params ReadOnlySpan<Tensor> inputs) where T : unmanaged
    {
        if (!RunsItself(inputs))
        {
            lock (gate)
            {
                CompiledProgram program = EntryFor(inputs, null).Program;
                if (!program.ReadsWatchedVariables)
                {
                    program.RunInto(destination, inputs);
                    return;
                }
            }
        }

        function(Bundle.Create(inputs)).Only.CopyTo(destination);
    }

    /// <summary>The function's graph for inputs of given shapes and types: as traced, and after each pass of the compiler.</summary>
    public IReadOnlyList<GraphStage> Stages(params IReadOnlyList<TensorSpec> inputs) => Compiler.Stages(Traceable(inputs), device);

    /// <summary>The memory that the function needs for inputs of given shapes and types. It runs nothing and allocates no tensor memory.</summary>
    public ProgramMemory Plan(params IReadOnlyList<TensorSpec> inputs)
    {
        MemoryPlan plan = new(Compiler.Optimize(Traceable(inputs), device));
        return new ProgramMemory(plan.Bytes + plan.KeptBytes, plan.AtPeak());
    }

    /// <summary>
    /// Calls the function several times and returns how long each of its operations took. A warm-up of about a second before that is not
    /// counted: the runtime optimizes code after some dozen runs, so the first calls would measure the JIT compiler and not the kernels.
    /// </summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="calls">How many calls the medians are taken over.</param>
    public IReadOnlyList<OperationTiming> Profile(ReadOnlySpan<Tensor> inputs, int calls = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        lock (gate)
        {
            CompiledProgram program = EntryFor(inputs, null).Program;
            long start = Stopwatch.GetTimestamp();
            do
            {
                program.Run(inputs);
            }
            while (Stopwatch.GetElapsedTime(start) < WarmUp);
            return program.Profile(inputs, calls);
        }
    }

    // Where a gradient or a trace goes through the call. And a host call that calls a compiled function must not run a program: it could be
    // the very one that runs now, or one that another thread runs while it waits for this one's variables.
    private static bool RunsItself(ReadOnlySpan<Tensor> inputs)
    {
        foreach (Tensor input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
            if (input.Node is not null || input.Operation is not null || input.IsShapeOnly)
                return true;
        }

        return Tracer.Current is not null || Variable.IsInCompiledCall;
    }

    private Graph Traceable(IReadOnlyList<TensorSpec> inputs) => Tracer.Trace(inputs, given => function(Bundle.Named(null, given)));

    private Entry EntryFor(ReadOnlySpan<Tensor> inputs, IReadOnlyList<string>? names)
    {
        for (int i = programs.Count - 1; i >= 0; i--)
        {
            Entry found = programs[i];
            if (!Fits(found.Inputs, inputs) || !HasNames(found, names))
                continue;
            if (i < programs.Count - 1)
            {
                programs.RemoveAt(i);
                programs.Add(found);
            }

            return found;
        }

        return Compiled(inputs, names);
    }

    // A method of its own: what its lambda captures would be allocated at every call.
    private Entry Compiled(ReadOnlySpan<Tensor> inputs, IReadOnlyList<string>? names)
    {
        Thread? preparing = device.Prepare();
        TensorSpec[] specs = new TensorSpec[inputs.Length];
        for (int i = 0; i < specs.Length; i++)
            specs[i] = inputs[i].Spec;
        IReadOnlyList<string>? outputNames = null;
        Graph graph = Tracer.Trace(specs, given =>
        {
            Bundle<Tensor> outputs = function(Bundle.Named(names, given));
            outputNames = outputs.Names;
            return outputs;
        });
        CompiledProgram program = new(Compiler.Optimize(graph, device), device, programs.Count == 0 ? null : programs[^1].Program.Arena);
        preparing?.Join();
        if (programs.Count == MaximumPrograms)
            programs.RemoveAt(0);
        Entry entry = new(specs, names is null ? null : [.. names], program, outputNames);
        programs.Add(entry);
        Traces++;
        Traced?.Invoke(this, specs);
        return entry;
    }

    private static bool HasNames(Entry entry, IReadOnlyList<string>? names)
    {
        if (entry.Names is null || names is null)
            return entry.Names is null && names is null;
        for (int i = 0; i < names.Count; i++)
        {
            if (entry.Names[i] != names[i])
                return false;
        }

        return true;
    }

    private static bool Fits(TensorSpec[] specs, ReadOnlySpan<Tensor> inputs)
    {
        if (specs.Length != inputs.Length)
            return false;
        for (int i = 0; i < specs.Length; i++)
        {
            if (specs[i].DType != inputs[i].DType || specs[i].Shape != inputs[i].Shape)
                return false;
        }

        return true;
    }

    private sealed record Entry(TensorSpec[] Inputs, string[]? Names, CompiledProgram Program, IReadOnlyList<string>? OutputNames);
}
