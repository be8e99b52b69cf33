using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Architectures;

/// <summary>A network that Laminet and its peers both run, from floats or the numbers of words to logits.</summary>
/// <param name="Name">As in the names of workloads.</param>
/// <param name="InputShape">The shape of one example.</param>
/// <param name="Classes">How many logits come out. Of one, the targets are 0 or 1.</param>
/// <param name="TrainableParameters">As many as the peer's network has, but for PyTorch's second bias of an LSTM or a simple recurrence.</param>
/// <param name="Build">Makes the network.</param>
/// <param name="Loss">The loss it is trained with; cross-entropy over the classes by default.</param>
/// <param name="Words">How many words there are, if words go in.</param>
/// <param name="LabelAxes">How many axes of an example, from the first, have a label for each place.</param>
internal sealed record Architecture(
    string Name, Shape InputShape, int Classes, long TrainableParameters, Func<Model> Build, Func<Loss>? Loss = null, int? Words = null, int LabelAxes = 0)
{
    /// <summary>A network of layers that are put after the input.</summary>
    public static Architecture Of(
        string name, Shape inputShape, int classes, long trainableParameters, Func<SymbolicTensor, SymbolicTensor> build, Func<Loss>? loss = null, int? words = null, int labelAxes = 0) => new(
        name, inputShape, classes, trainableParameters, () =>
        {
            Input input = new(inputShape, words is null ? DType.Float32 : DType.Int32);
            return new Model(input, build(input), seed: 0);
        }, loss, words, labelAxes);

    /// <summary>A batch and its targets.</summary>
    public (Tensor X, Tensor Y) Data(int batch)
    {
        RandomKey key = new(1);
        Tensor x = key.Uniform([batch, .. InputShape.Dimensions]), chances = key.Fold(1).Uniform([batch, .. InputShape.Take(LabelAxes)]);
        return (
            Words is { } words ? (x * words).Cast(DType.Int32) : x,
            Classes == 1 ? (chances * 2).Floor().ExpandDims(-1) : (chances * Classes).Cast(DType.Int32));
    }

    /// <exception cref="InvalidOperationException">The network is not the peer's: its number of parameters differs.</exception>
    public Model Create()
    {
        Model model = Build();
        long trainable = model.TrainableWeights.Sum(weight => (long)weight.Shape.ElementCount);
        return trainable == TrainableParameters
            ? model
            : throw new InvalidOperationException($"{Name} has {trainable:N0} trainable parameters; the peer's has {TrainableParameters:N0}.");
    }
}
