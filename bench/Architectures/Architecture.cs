using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Architectures;

/// <summary>A network that Laminet and its peers both run, from floats to logits.</summary>
/// <param name="Name">As in the names of workloads.</param>
/// <param name="InputShape">The shape of one example.</param>
/// <param name="Classes">How many logits come out.</param>
/// <param name="TrainableParameters">As many as the peer's network has.</param>
/// <param name="Build">Puts the layers after the input.</param>
internal sealed record Architecture(
    string Name, Shape InputShape, int Classes, long TrainableParameters, Func<SymbolicTensor, SymbolicTensor> Build)
{
    /// <summary>Networks for photographs, as torchvision has them.</summary>
    public static Architecture ForImageNet(string name, long trainableParameters, Func<SymbolicTensor, SymbolicTensor> build) =>
        new(name, [224, 224, 3], 1000, trainableParameters, build);

    /// <exception cref="InvalidOperationException">The network is not the peer's: its number of parameters differs.</exception>
    public (Model Model, SymbolicTensor Output) Create()
    {
        Input input = new(InputShape);
        SymbolicTensor output = Build(input);
        Model model = new(input, output, seed: 0);
        long trainable = model.TrainableWeights.Sum(weight => (long)weight.Shape.ElementCount);
        return trainable == TrainableParameters
            ? (model, output)
            : throw new InvalidOperationException($"{Name} has {trainable:N0} trainable parameters; the peer's has {TrainableParameters:N0}.");
    }
}
