using Laminet.Data;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>
/// A model's steps as compiled programs. They are compiled again when their constants change: a layer is frozen or unfrozen, the clipping or
/// decay changes, or the model is compiled.
/// </summary>
/// <param name="step">A step as tensor operations.</param>
/// <param name="stepForm">Tells what is written into compiled steps from what it was.</param>
/// <param name="traced">Called after every compilation.</param>
internal sealed class StepPrograms(Func<StepKind, Batch, Bundle<Tensor>> step, Func<ulong> stepForm, Action<StepKind, IReadOnlyList<TensorSpec>> traced)
{
    // A list: there are few, and a dictionary by a structure would be compiled anew in every process, before the first step.
    private readonly List<Program> programs = [];
    private readonly Lock gate = new();
    private ulong form;
    private int traces;

    /// <summary>How often a step was traced.</summary>
    public int Traces => traces;

    /// <summary>Runs a step on a batch's tensors in one line, compiling it first if it has not been for batches of this form.</summary>
    public Bundle<Tensor>? Run(StepKind kind, BatchForm batch, ReadOnlySpan<Tensor> flat)
    {
        Program program = For(kind, batch);
        IReadOnlyList<Tensor> outputs = program.Function.Call(flat);
        return outputs.Count == 0 ? null : Bundle.Named(program.OutputNames, outputs);
    }

    /// <summary>Runs a prediction and copies its numbers to a place of the caller's.</summary>
    public void Predict<T>(BatchForm batch, ReadOnlySpan<Tensor> flat, Span<T> destination) where T : unmanaged =>
        For(StepKind.Predict, batch).Function.CallInto(destination, flat);

    /// <summary>The step as a function of a batch's tensors in one line.</summary>
    public CompiledFunction FunctionFor(StepKind kind, BatchForm batch) => For(kind, batch).Function;

    private Program For(StepKind kind, BatchForm batch)
    {
        ulong now = stepForm();
        lock (gate)
        {
            if (now != form)
                programs.Clear();
            form = now;
            foreach (Program program in programs)
            {
                if (program.Kind == kind && program.Batch.Equals(batch))
                    return program;
            }

            Program compiled = Compiled(kind, batch);
            programs.Add(compiled);
            return compiled;
        }
    }

    private Program Compiled(StepKind kind, BatchForm batch)
    {
        Program program = new(kind, batch);
        program.Function = Function.Compile(
            inputs =>
            {
                Bundle<Tensor> outputs = step(kind, batch.Batch(inputs));
                program.OutputNames = outputs.Names;
                return (IReadOnlyList<Tensor>)outputs;
            },
            kind.ToString());
        program.Function.Traced += (_, specs) =>
        {
            Interlocked.Increment(ref traces);
            traced(kind, specs);
        };
        return program;
    }

    private sealed class Program(StepKind kind, BatchForm batch)
    {
        public StepKind Kind => kind;

        public BatchForm Batch => batch;

        public CompiledFunction Function { get; set; } = null!;

        /// <summary>The outputs' names, known once the step was traced.</summary>
        public IReadOnlyList<string>? OutputNames { get; set; }
    }
}
