using Laminet.Bench.Architectures;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Bench.Steps;

/// <summary>A network, a batch, and whether it is trained or run. The peers know the same names.</summary>
internal sealed record Workload(Architecture Architecture, int Batch, bool Trains)
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new(MultilayerPerceptron.Small, 128, Trains: true),
        new(LeNet5.Classic, 128, Trains: true),
        new(MnistConvnet.Course, 128, Trains: true),
        new(ResNet.ResNet18, 16, Trains: true),
        new(ResNet.ResNet50, 8, Trains: true),
        new(AlexNet.OneTower, 32, Trains: true),
        new(ResNet.ResNet50, 1, Trains: false),
        new(ResNet.ResNet50, 8, Trains: false),
        new(Vgg.Vgg16, 1, Trains: false),
        new(Vgg.Vgg16, 8, Trains: false),
        new(GoogLeNet.Normalized, 1, Trains: false),
    ];

    public string Name => $"{Architecture.Name}_{(Trains ? "train" : "infer")}_b{Batch}";

    /// <exception cref="UsageException">There is none of this name.</exception>
    public static Workload Named(string name) => All.FirstOrDefault(workload => workload.Name == name)
        ?? throw new UsageException($"there is no workload '{name}'.");

    /// <summary>Makes the network and its data; the action runs one step.</summary>
    /// <returns>The step, and how many floating point operations its convolutions and dense layers take.</returns>
    public (Action Step, double Operations) Prepare()
    {
        (Model model, SymbolicTensor output) = Architecture.Create();
        double operations = Work.Operations(output) * Batch;
        RandomKey key = new(1);
        Tensor x = key.Uniform([Batch, .. Architecture.InputShape.Dimensions]);
        if (!Trains)
            return (() => model.Predict(x, Batch), operations);
        Tensor y = (key.Fold(1).Uniform([Batch]) * Architecture.Classes).Cast(DType.Int32);
        model.Compile("adam", new SparseCategoricalCrossentropy(fromLogits: true));
        // The gradients by the inputs and by the weights take as much as the forward pass, each.
        return (() => model.TrainOnBatch(x, y), 3 * operations);
    }
}
