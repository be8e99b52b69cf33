using Laminet.Data;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>A model's steps as compiled programs. They are made anew when a layer is frozen or set free, or the model compiled.</summary>
internal sealed class StepPrograms(Model model, Action<string, IReadOnlyList<TensorSpec>> traced)
{
    private readonly Dictionary<(string Name, bool HasTargets, bool HasWeights), CompiledFunction> functions = [];
    private ulong frozen;

    /// <summary>How often a step was traced.</summary>
    public int Traces { get; private set; }

    /// <summary>Runs a step, compiling it first if it has not been for batches of this form.</summary>
    /// <param name="name">What kind of step it is.</param>
    /// <param name="batch">The examples.</param>
    /// <param name="key">Names the step's random numbers.</param>
    /// <param name="step">The step on tensors that have no numbers yet.</param>
    public Tensor? Run(string name, Batch batch, RandomKey key, Func<Batch, RandomKey, Tensor?> step)
    {
        ulong now = model.MixTrainable(0);
        if (now != frozen)
            Forget();
        frozen = now;
        (string, bool, bool) form = (name, batch.Y is not null, batch.SampleWeight is not null);
        if (!functions.TryGetValue(form, out CompiledFunction? function))
        {
            functions[form] = function = Function.Compile(inputs => Traced(inputs, batch.Y is not null, batch.SampleWeight is not null, step), name);
            function.Traced += (_, specs) =>
            {
                Traces++;
                traced(name, specs);
            };
        }

        List<Tensor> given = [key.AsTensor(), batch.X];
        if (batch.Y is not null)
            given.Add(batch.Y);
        if (batch.SampleWeight is not null)
            given.Add(batch.SampleWeight);
        IReadOnlyList<Tensor> outputs = function.Call(given);
        return outputs.Count == 0 ? null : outputs[0];
    }

    /// <summary>Drops all programs.</summary>
    public void Forget() => functions.Clear();

    private static IReadOnlyList<Tensor> Traced(IReadOnlyList<Tensor> inputs, bool hasTargets, bool hasWeights, Func<Batch, RandomKey, Tensor?> step)
    {
        Batch batch = new(inputs[1], hasTargets ? inputs[2] : null, hasWeights ? inputs[^1] : null);
        return step(batch, RandomKey.From(inputs[0])) is { } output ? [output] : [];
    }
}
