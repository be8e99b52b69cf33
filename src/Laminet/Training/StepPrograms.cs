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

/// <summary>A model's steps as compiled programs. They are made anew when a layer is frozen or set free, the gradients' common norm is changed, or the model compiled.</summary>
internal sealed class StepPrograms(Model model, Action<StepKind, IReadOnlyList<TensorSpec>> traced)
{
    private readonly Dictionary<(StepKind Kind, bool HasTargets, bool HasWeights), CompiledFunction> functions = [];
    private ulong form;

    /// <summary>How often a step was traced.</summary>
    public int Traces { get; private set; }

    /// <summary>Runs a step, compiling it first if it has not been for batches of this form.</summary>
    public Tensor? Run(StepKind kind, Batch batch, RandomKey key)
    {
        IReadOnlyList<Tensor> outputs = For(kind, batch.Y is not null, batch.SampleWeight is not null).Call(Inputs(batch, key));
        return outputs.Count == 0 ? null : outputs[0];
    }

    /// <summary>The step as a function of what <see cref="Inputs"/> gives.</summary>
    public CompiledFunction For(StepKind kind, bool hasTargets, bool hasWeights)
    {
        // A common norm of the gradients is written into the program as a number.
        ulong now = model.MixTrainable(BitConverter.DoubleToUInt64Bits(model.Optimizer?.GlobalClipNorm ?? 0));
        if (now != form)
            Forget();
        form = now;
        (StepKind, bool, bool) known = (kind, hasTargets, hasWeights);
        if (functions.TryGetValue(known, out CompiledFunction? function))
            return function;
        function = functions[known] = Function.Compile(
            inputs =>
            {
                Batch batch = new(inputs[1], hasTargets ? inputs[2] : null, hasWeights ? inputs[^1] : null);
                return model.StepBody(kind, batch, RandomKey.From(inputs[0])) is { } output ? [output] : [];
            },
            kind.ToString());
        function.Traced += (_, specs) =>
        {
            Traces++;
            traced(kind, [.. specs.Skip(1)]);
        };
        return function;
    }

    /// <summary>Drops all programs.</summary>
    public void Forget() => functions.Clear();

    /// <summary>A step's inputs: the key of its random numbers, then what the batch has.</summary>
    public static IReadOnlyList<Tensor> Inputs(Batch batch, RandomKey key) =>
        [key.AsTensor(), batch.X, .. batch.Y is { } y ? (Tensor[])[y] : [], .. batch.SampleWeight is { } weight ? (Tensor[])[weight] : []];
}
