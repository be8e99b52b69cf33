using Laminet.Data;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>What a step of a model is for.</summary>
public enum StepKind
{
    /// <summary>Forward, backward, update, figures.</summary>
    Train,

    /// <summary>Forward and figures.</summary>
    Test,

    /// <summary>Forward.</summary>
    Predict,
}

/// <summary>A model's steps as compiled programs. They are made anew when a layer is frozen or set free, the clipping or decay is changed, or the model compiled.</summary>
internal sealed class StepPrograms(Model model, Action<StepKind, IReadOnlyList<TensorSpec>> traced)
{
    private readonly Dictionary<(StepKind Kind, bool HasTargets, bool HasWeights), CompiledFunction> functions = [];
    private readonly Lock gate = new();
    private ulong form;
    private int traces;

    /// <summary>How often a step was traced.</summary>
    public int Traces => traces;

    /// <summary>Runs a step, compiling it first if it has not been for batches of this form.</summary>
    public Tensor? Run(StepKind kind, Tensor x, Tensor? y = null, Tensor? sampleWeight = null)
    {
        Span<Tensor> inputs = [x, x, x];
        int count = 1;
        if (y is not null)
            inputs[count++] = y;
        if (sampleWeight is not null)
            inputs[count++] = sampleWeight;
        IReadOnlyList<Tensor> outputs = For(kind, y is not null, sampleWeight is not null).Call(inputs[..count]);
        return outputs.Count == 0 ? null : outputs[0];
    }

    /// <summary>Runs a prediction and copies its numbers to a place of the caller's.</summary>
    public void Predict<T>(Tensor x, Span<T> destination) where T : unmanaged =>
        For(StepKind.Predict, hasTargets: false, hasWeights: false).CallInto(destination, x);

    /// <summary>The step as a function of x, then y and the sample weights where they are there.</summary>
    public CompiledFunction For(StepKind kind, bool hasTargets, bool hasWeights)
    {
        ulong now = model.StepForm;
        lock (gate)
        {
            if (now != form)
                functions.Clear();
            form = now;
            (StepKind, bool, bool) known = (kind, hasTargets, hasWeights);
            return functions.TryGetValue(known, out CompiledFunction? function)
                ? function
                : functions[known] = Compiled(kind, hasTargets, hasWeights);
        }
    }

    private CompiledFunction Compiled(StepKind kind, bool hasTargets, bool hasWeights)
    {
        CompiledFunction function = Function.Compile(
            inputs => model.StepBody(kind, new Batch(inputs[0], hasTargets ? inputs[1] : null, hasWeights ? inputs[^1] : null)) is { } output ? [output] : [],
            kind.ToString());
        function.Traced += (_, specs) =>
        {
            Interlocked.Increment(ref traces);
            traced(kind, specs);
        };
        return function;
    }
}
