using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Inspection;

/// <summary>The shapes and types of what a model is given with each batch.</summary>
/// <param name="Input">The examples.</param>
/// <param name="Targets">What they are compared with; null for a model without loss.</param>
/// <param name="Classes">How many numbers the model gives for each prediction.</param>
internal sealed record BatchForm(TensorSpec Input, TensorSpec? Targets, int Classes)
{
    public long InputBytes => Bytes(Input);

    public long TargetBytes => Targets is { } targets ? Bytes(targets) : 0;

    public static BatchForm Of(Model model, int size)
    {
        Input first = model.Layers.OfType<Input>().First();
        Tensor input = Tensor.ShapeOnly([size, .. first.Shape.ToShape().Dimensions], first.DataType), output = model.Call(input);
        TensorSpec? targets = model.Loss switch
        {
            null => null,
            SparseCategoricalCrossentropy => new TensorSpec([.. output.Shape.SkipLast(1)], DType.Int32),
            _ => new TensorSpec(output.Shape, output.DType),
        };
        return new BatchForm(new TensorSpec(input.Shape, input.DType), targets, output.Shape[-1]);
    }

    /// <summary>Made-up examples and targets: the same in every call, and such as the model could be given.</summary>
    public (Tensor X, Tensor? Y) MakeUp()
    {
        RandomKey key = new(0);
        Tensor x = Input.DType.IsFloat() ? key.Uniform(Input.Shape, dtype: Input.DType) : key.Uniform(Input.Shape, 0, 256).Cast(Input.DType);
        Tensor? y = Targets is not { } targets ? null
            : targets.DType.IsFloat() ? key.Fold(1).Uniform(targets.Shape, dtype: targets.DType)
            : key.Fold(1).Uniform(targets.Shape, 0, Classes).Cast(targets.DType);
        return (x, y);
    }

    private static long Bytes(TensorSpec spec) => (long)spec.Shape.ElementCount * spec.DType.Size();
}
