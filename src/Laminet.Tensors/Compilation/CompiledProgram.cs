using System.Diagnostics;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// A graph ready to run, with memory of its own. A call binds what comes from outside and runs the kernels one after the other.
/// </summary>
internal sealed class CompiledProgram
{
    private readonly Device device;
    private readonly ProgramSteps steps;
    private readonly Storage? kept;
    private Tensor[]? ownResults;

    /// <summary>Plans a program.</summary>
    /// <param name="graph">A graph after all passes.</param>
    /// <param name="device">What runs the kernels; the CPU by default.</param>
    /// <param name="shared">A block to use if it is large enough: programs that never run at the same time share one.</param>
    public CompiledProgram(Graph graph, Device? device = null, Storage? shared = null)
    {
        this.device = device ??= Device.Cpu;
        steps = new ProgramSteps(graph, device);
        kept = Plan.KeptBytes > 0 ? device.Allocate(Plan.KeptBytes) : null;
        Arena = shared is not null && shared.Bytes >= Plan.Bytes ? shared : device.Allocate(Plan.Bytes);
        // Where nothing with elements is kept, what has none lies in the arena.
        steps.Place(Arena, 0, kept ?? Arena, 0);
    }

    public MemoryPlan Plan => steps.Plan;

    /// <summary>The block that holds the intermediates.</summary>
    public Storage Arena { get; }

    /// <summary>How many of the variables that the program changes are written in place; the others are copied at the end of a call.</summary>
    public (int InPlace, int Copied) Successions => steps.Variables.Successions;

    /// <summary>True while a gradient is being taken by a variable that the program reads.</summary>
    public bool ReadsWatchedVariables => steps.Variables.AreWatched;

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
        if (steps.Outputs.Length != 1)
            throw new InvalidOperationException($"The function has {steps.Outputs.Length} results; only the numbers of one can be copied to one place. Use Call.");
        TensorSpec result = steps.Outputs[0].Operation.Spec;
        result.Shape.RequireRoom<T>(destination);
        DTypes.Require<T>(result.DType);
        ownResults ??= FreshResults();
        Run(inputs, ownResults, null);
        ownResults[0].CopyTo(destination);
    }

    // Shares the shapes and strides that the plan has.
    private Tensor[] FreshResults()
    {
        Tensor[] results = steps.Outputs.Length == 0 ? [] : new Tensor[steps.Outputs.Length];
        for (int i = 0; i < results.Length; i++)
            results[i] = Tensor.In(device.Allocate(steps.Outputs[i].Operation.Bytes), 0, Plan.Layouts[steps.Outputs[i].Operation].View);
        return results;
    }

    private void Run(ReadOnlySpan<Tensor> inputs, Tensor[] results, (long Start, long End)[]? watch)
    {
        using VariableHold hold = steps.Variables.Hold();
        Variable.BeginCompiledCall();
        try
        {
            for (int i = 0; i < steps.Parameters.Length; i++)
                steps.Parameters[i].Bind(inputs[i].Contiguous());
            if (steps.Variables.Bind())
            {
                steps.RunKept();
                steps.Variables.KeptIsFresh();
            }

            for (int i = 0; i < steps.Outputs.Length; i++)
                steps.Outputs[i].Bind(results[i]);
            if (watch is null)
                steps.Run();
            else
                Watched(watch);

            steps.Variables.Succeed();
        }
        finally
        {
            // The caller's tensors are not kept alive by a program that waits for its next call.
            foreach (External parameter in steps.Parameters)
                parameter.Release();
            foreach (External output in steps.Outputs)
                output.Release();
            steps.Variables.Release();
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
            watches.Add(new (long, long)[steps.Steps.Count]);
            Run(inputs, watches[call]);
        }

        (long Start, long End)[] median = watches.OrderBy(watch => watch[^1].End - watch[0].Start).ElementAt(calls / 2);
        return [.. steps.Steps.Select((step, i) =>
        {
            double[] times = [.. watches.Select(watch => Milliseconds(watch[i].End - watch[i].Start)).Order()];
            return step.Timing(Milliseconds(median[i].Start - median[0].Start), times[calls / 2]);
        })];

        static double Milliseconds(long ticks) => ticks * 1e3 / Stopwatch.Frequency;
    }

    private void Watched((long Start, long End)[] watch)
    {
        for (int i = 0; i < watch.Length; i++)
        {
            watch[i].Start = Stopwatch.GetTimestamp();
            steps.Steps[i].Run();
            watch[i].End = Stopwatch.GetTimestamp();
        }
    }
}
