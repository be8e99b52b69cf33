using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Inspection;

/// <summary>The shapes and types of what a model is given with each batch.</summary>
/// <param name="Inputs">The examples, for each input.</param>
/// <param name="Targets">What they are compared with, for each output that has a loss.</param>
/// <param name="Words">How many different whole numbers an input may hold: those of a byte, or as many as every embedding knows.</param>
internal sealed record BatchForm(Bundle<TensorSpec> Inputs, IReadOnlyList<TargetForm> Targets, int Words)
{
    private const int Bytes = 256;

    public long InputBytes => Inputs.Sum(Size);

    public long TargetBytes => Targets.Sum(target => Size(target.Spec));

    /// <summary>The form of a model's batches of a size.</summary>
    /// <param name="model">The model.</param>
    /// <param name="size">Examples in a batch.</param>
    /// <param name="length">The length of axes of unknown length.</param>
    public static BatchForm Of(Model model, int size, int? length)
    {
        Bundle<TensorSpec> inputs = model.Inputs.Map(input => new TensorSpec([size, .. input.PartialShape.Skip(1).Select(known => known ?? length!.Value)], input.DType));
        Bundle<Tensor> outputs = model.Call(inputs.Map(input => Tensor.ShapeOnly(input.Shape, input.DType)));
        return new BatchForm(
            inputs,
            model.Losses is not { } losses ? [] : [.. outputs.Zip(losses).Where(pair => pair.Second is not null).Select(pair => TargetForm.For(pair.Second!, pair.First))],
            EmbeddingsOf(model).Select(embedding => embedding.InputDim).Append(Bytes).Min());
    }

    /// <summary>Made-up examples and targets: the same in every call, and such as the model could be given.</summary>
    public (Bundle<Tensor> X, Bundle<Tensor>? Y) MakeUp()
    {
        RandomKey key = new(0), ofTargets = key.Fold(1);
        Bundle<Tensor> x = Bundle.Named(Inputs.Names, [.. Inputs.Select((input, place) => MadeUp(key.Fold((ulong)place), input, Words))]);
        return (x, Targets.Count == 0 ? null : [.. Targets.Select((target, place) => MadeUp(ofTargets.Fold((ulong)place), target.Spec, target.Classes))]);
    }

    private static Tensor MadeUp(RandomKey key, TensorSpec spec, int limit) =>
        spec.DType.IsFloat() ? key.Uniform(spec.Shape, dtype: spec.DType) : key.Uniform(spec.Shape, 0, limit).Cast(spec.DType);

    private static IEnumerable<Embedding> EmbeddingsOf(Model model) =>
        model.Layers.SelectMany(layer => layer is Model inner ? EmbeddingsOf(inner) : layer is Embedding embedding ? [embedding] : []);

    private static long Size(TensorSpec spec) => spec.Shape.LongCount * spec.DType.Size();
}

/// <summary>What an output is compared with.</summary>
/// <param name="Spec">Its shape and type.</param>
/// <param name="Classes">How many numbers the model gives for each prediction.</param>
internal sealed record TargetForm(TensorSpec Spec, int Classes)
{
    public static TargetForm For(Loss loss, Tensor output) => new(loss.TargetsFor(output.Spec), output.Shape[-1]);
}
