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
/// <param name="Build">Puts the layers after the input.</param>
/// <param name="Loss">The loss it is trained with; cross-entropy over the classes by default.</param>
/// <param name="Words">How many words there are, if words go in.</param>
/// <param name="LabelsSteps">Whether each step has a label, not each example.</param>
internal sealed record Architecture(
    string Name, Shape InputShape, int Classes, long TrainableParameters, Func<SymbolicTensor, SymbolicTensor> Build, Func<Loss>? Loss = null, int? Words = null, bool LabelsSteps = false)
{
    /// <summary>Networks for photographs, as torchvision has them.</summary>
    public static Architecture ForImageNet(string name, long trainableParameters, Func<SymbolicTensor, SymbolicTensor> build) =>
        new(name, [224, 224, 3], 1000, trainableParameters, build);

    /// <summary>A batch and its targets.</summary>
    public (Tensor X, Tensor Y) Data(int batch)
    {
        RandomKey key = new(1);
        Tensor x = key.Uniform([batch, .. InputShape.Dimensions]), chances = key.Fold(1).Uniform(LabelsSteps ? [batch, InputShape[0]] : [batch]);
        return (
            Words is { } words ? (x * words).Cast(DType.Int32) : x,
            Classes == 1 ? (chances * 2).Floor().ExpandDims(-1) : (chances * Classes).Cast(DType.Int32));
    }

    /// <exception cref="InvalidOperationException">The network is not the peer's: its number of parameters differs.</exception>
    public (Model Model, SymbolicTensor Output) Create()
    {
        Input input = new(InputShape, Words is null ? DType.Float32 : DType.Int32);
        SymbolicTensor output = Build(input);
        Model model = new(input, output, seed: 0);
        long trainable = model.TrainableWeights.Sum(weight => (long)weight.Shape.ElementCount);
        return trainable == TrainableParameters
            ? (model, output)
            : throw new InvalidOperationException($"{Name} has {trainable:N0} trainable parameters; the peer's has {TrainableParameters:N0}.");
    }
}
