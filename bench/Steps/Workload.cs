using System.Globalization;
using Laminet.Bench.Architectures;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
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
        new(Photographs.ResNet18, 16, Trains: true),
        new(Photographs.ResNet50, 8, Trains: true),
        new(Photographs.AlexNet, 32, Trains: true),
        new(Photographs.InceptionV3, 8, Trains: true),
        new(Photographs.MobileNetV2, 16, Trains: true),
        new(Photographs.UNet, 4, Trains: true),
        new(Photographs.DenseNet121, 8, Trains: true),
        new(Recurrent.BidirectionalLSTM, 32, Trains: true),
        new(Recurrent.BidirectionalGRU, 32, Trains: true),
        new(Recurrent.Series, 64, Trains: true),
        new(Transformer.Gpt, 16, Trains: true),
        new(Transformer.Encoder, 32, Trains: true),
        new(Photographs.ResNet50, 1, Trains: false),
        new(Photographs.ResNet50, 8, Trains: false),
        new(Photographs.Vgg16, 1, Trains: false),
        new(Photographs.Vgg16, 8, Trains: false),
        new(Photographs.GoogLeNet, 1, Trains: false),
        new(Photographs.MobileNetV2, 1, Trains: false),
        new(Photographs.EfficientNetB0, 1, Trains: false),
        new(Photographs.InceptionV3, 1, Trains: false),
        new(Photographs.DenseNet121, 1, Trains: false),
    ];

    public string Name => $"{Architecture.Name}_{(Trains ? "train" : "infer")}_b{Batch}";

    /// <exception cref="UsageException">There is none of this name.</exception>
    public static Workload Named(string name) => All.FirstOrDefault(workload => workload.Name == name)
        ?? throw new UsageException($"there is no workload '{name}'.");

    /// <summary>Makes the network and its data; the action runs one step.</summary>
    /// <returns>The step, and how many floating point operations its convolutions and dense layers take.</returns>
    public (Action Step, double Operations) Prepare()
    {
        (Model model, Tensor x, Tensor y, double operations) = Create();
        if (!Trains)
        {
            // As a server would: Predict has to make a tensor to return, this writes to the same place every time.
            float[] result = new float[Batch * Architecture.Classes];
            return (() => model.PredictOnBatch(x, result), operations);
        }

        // The gradients by the inputs and by the weights take as much as the forward pass, each.
        return (() => model.TrainOnBatch(x, y), 3 * operations);
    }

    /// <summary>Where a step's time goes: its operations by time, and the machine's peak to hold them against.</summary>
    public void WriteProfile(TextWriter writer)
    {
        (Model model, Tensor x, Tensor y, _) = Create();
        double peak = Engine.MeasurePeak();
        IReadOnlyList<OperationTiming> timings = model.Profile(Trains ? StepKind.Train : StepKind.Predict, x, y, calls: 5);
        double total = timings.Sum(timing => timing.Milliseconds);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: {total:F2} ms, peak {peak:F0} GFLOP/s"));
        foreach (IGrouping<string, OperationTiming> kind in timings.GroupBy(timing => timing.Name).OrderByDescending(group => group.Sum(timing => timing.Milliseconds)))
            Line(kind.Key, kind.Count().ToString(CultureInfo.InvariantCulture), [.. kind]);
        foreach (OperationTiming timing in timings.OrderByDescending(timing => timing.Milliseconds).Take(40))
            Line($"{timing.Scope} {timing.Name}", timing.Output.Shape.ToString(), [timing]);

        void Line(string what, string detail, OperationTiming[] parts)
        {
            double milliseconds = parts.Sum(timing => timing.Milliseconds), work = parts.Sum(timing => timing.Work) / milliseconds / 1e6;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what,-56}{detail,-22}{milliseconds,9:F3} ms {100 * milliseconds / total,5:F1} %{work,8:F1} GFLOP/s {100 * work / peak,4:F0} %{parts.Sum(timing => timing.Bytes) / milliseconds / 1e6,8:F1} GB/s"));
        }
    }

    /// <summary>The network, compiled if it is trained. Its weights have no numbers before the first step.</summary>
    public Model CreateModel()
    {
        Model model = Architecture.Create();
        if (Trains)
            model.Compile("adam", Architecture.Loss?.Invoke() ?? new SparseCategoricalCrossentropy(fromLogits: true));
        return model;
    }

    /// <summary>The network and one batch for it.</summary>
    public (Model Model, Tensor X, Tensor Y) CreateWithData()
    {
        (Model model, Tensor x, Tensor y, _) = Create();
        return (model, x, y);
    }

    private (Model Model, Tensor X, Tensor Y, double Operations) Create()
    {
        Model model = CreateModel();
        (Tensor x, Tensor y) = Architecture.Data(Batch);
        return (model, x, y, Work.Operations(model.Outputs.Only) * Batch);
    }
}
