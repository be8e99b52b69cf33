using Laminet.Configuration;
using Laminet.Formats.Weights;
using Laminet.Formats.Weights.Mapping;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Transfer;
using Laminet.Zoo.Models;

namespace Laminet.Transfer;

/// <summary>
/// Networks with weights that PyTorch or Keras trained, from a file of the user's. Each gives features, takes photographs as they are (red, green, blue, 0 to 255), and does with them what its weights
/// were trained with. Put a head on it with <c>WithHead</c>. Nothing is downloaded.
/// </summary>
/// <example><code>
/// var photos = new ImageFolder("hymenoptera/train");
/// Model model = Pretrained.SqueezeNet11("squeezenet_v11_notop.h5").WithHead(photos.Classes.Count);
/// model.FineTune(photos.ToDataset(new ImageReading { Size = (224, 224) }).Shuffle(seed: 1).Batch(32));
/// </code></example>
public static class Pretrained
{
    /// <summary>AlexNet.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model AlexNet(string path, Shape? inputShape = null) => Load(path, "alexnet", inputShape);

    /// <summary>GoogLeNet.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model GoogLeNet(string path, Shape? inputShape = null) => Load(path, "googlenet", inputShape);

    /// <summary>Inception v3.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model InceptionV3(string path, Shape? inputShape = null) => Load(path, "inceptionv3", inputShape);

    /// <summary>VGG of 16 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model VGG16(string path, Shape? inputShape = null) => Load(path, "vgg16", inputShape);

    /// <summary>VGG of 19 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model VGG19(string path, Shape? inputShape = null) => Load(path, "vgg19", inputShape);

    /// <summary>The residual network of 18 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ResNet18(string path, Shape? inputShape = null) => Load(path, "resnet18", inputShape);

    /// <summary>The residual network of 34 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ResNet34(string path, Shape? inputShape = null) => Load(path, "resnet34", inputShape);

    /// <summary>The residual network of 50 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ResNet50(string path, Shape? inputShape = null) => Load(path, "resnet50", inputShape);

    /// <summary>The residual network of 101 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ResNet101(string path, Shape? inputShape = null) => Load(path, "resnet101", inputShape);

    /// <summary>The residual network of 152 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ResNet152(string path, Shape? inputShape = null) => Load(path, "resnet152", inputShape);

    /// <summary>SqueezeNet 1.0.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model SqueezeNet10(string path, Shape? inputShape = null) => Load(path, "squeezenet1.0", inputShape);

    /// <summary>SqueezeNet 1.1.</summary>
    /// <param name="path">The file of weights, with the classifier or without.</param>
    /// <param name="inputShape">Height, width and channels of the photographs; null for the size the network was made for.</param>
    /// <returns>The network without its classifier; see <see cref="Load(string, string?, Shape?, out ImportReport)"/>.</returns>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or holds other weights; the message lists what differs.</exception>
    /// <exception cref="ArgumentException">The photographs are too small for the network.</exception>
    public static Model SqueezeNet11(string path, Shape? inputShape = null) => Load(path, "squeezenet1.1", inputShape);

    /// <summary>MobileNetV2.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model MobileNetV2(string path, Shape? inputShape = null) => Load(path, "mobilenetv2", inputShape);

    /// <summary>DenseNet of 121 layers.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model DenseNet121(string path, Shape? inputShape = null) => Load(path, "densenet121", inputShape);

    /// <summary>EfficientNet B0.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model EfficientNetB0(string path, Shape? inputShape = null) => Load(path, "efficientnetb0", inputShape);

    /// <summary>ConvNeXt, tiny.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ConvNeXtTiny(string path, Shape? inputShape = null) => Load(path, "convnext-tiny", inputShape);

    /// <summary>The vision transformer, tiny.</summary>
    /// <inheritdoc cref="SqueezeNet11"/>
    public static Model ViTTiny(string path, Shape? inputShape = null) => Load(path, "vit-tiny", inputShape);

    /// <summary>The names of the networks, as the catalog of models has them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. PretrainedNetwork.All.Select(network => network.Name).Distinct()];

    /// <summary>Which network the weights of a file belong to, by their number and shapes.</summary>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or belongs to none that is known.</exception>
    public static string Recognize(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        return Candidates(file, network: null, inputShape: null) is [var best, ..] ? best.Network.Name : throw new InvalidDataException(
            $"{path}: its {file.Tensors.Count} tensors have the shapes of none of the networks that are known: {string.Join(", ", Names)}. Build the model of the file, and read the weights with ImportWeights.");
    }

    /// <inheritdoc cref="Load(string, string?, Shape?, out ImportReport)"/>
    public static Model Load(string path, string? network = null, Shape? inputShape = null) => Load(path, network, inputShape, out _);

    /// <summary>
    /// A network with the weights of a file, without its classifier. Of a file with the classifier the model gives what the classifier's last layer takes. Of a file without it, or with other classes, it gives the last feature
    /// maps. The layout, torchvision's or Keras's, is that of the file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Its name in the catalog of models; null to recognise it by the weights.</param>
    /// <param name="inputShape">Height, width and channels of the photographs; null for the size the network was made for.</param>
    /// <param name="report">What became of each tensor.</param>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or holds other weights; the message lists what differs.</exception>
    /// <exception cref="ArgumentException">There is no such network, or the photographs are too small for it.</exception>
    public static Model Load(string path, string? network, Shape? inputShape, out ImportReport report)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (network is not null && !Names.Contains(network, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"There is no network '{network}' with a layout for weights from elsewhere.{Suggestion.For(network, Names)} Known: {string.Join(", ", Names)}.", nameof(network));
        network ??= Recognize(path);
        using WeightFile file = WeightFile.Open(path);
        Candidate[] candidates = Candidates(file, network, inputShape);
        if (candidates.Length == 0)
            throw Unfit(file, network, inputShape);
        // A deep network holds the shapes of a shallow one of its kind, and its first layers have the same names.
        if (!candidates[0].IsWhole && Candidates(file, network: null, inputShape: null) is [var best, ..] && best.Weights > candidates[0].Weights && !Is(best.Network, network))
            throw new InvalidDataException($"{path} holds the weights of {best.Network.Name}, of which {network} is a part; received the name {network}. Name {best.Network.Name}, or no network.");

        for (int place = 0; ; place++)
        {
            Candidate candidate = candidates[place];
            try
            {
                report = candidate.Model.ImportWeights(file, allowUnexpected: !candidate.IsWhole);
                if (candidate.Network.Pixels == PixelScaling.Caffe)
                    ReverseColours(candidate.Model);
                return candidate.HasTop ? candidate.Model.WithoutTop() : candidate.Model;
            }
            catch (InvalidDataException) when (place + 1 < candidates.Length)
            {
                // Two layouts may have weights of the same shapes.
            }
        }
    }

    private static InvalidDataException Unfit(WeightFile file, string network, Shape? inputShape)
    {
        PretrainedNetwork wanted = PretrainedNetwork.All.First(known => Is(known, network) && Fits(known, file.Format));
        if (inputShape is { } shape && shape.Rank == 3 && shape[2] != 3 && Candidates(file, network, inputShape: null).Length > 0)
            return new InvalidDataException($"{file.Path}: the weights of {network} take photographs of 3 channels; received images of shape {shape}. Give images with red, green and blue.");
        Dictionary<string, int> offered = Counted(file.Tensors.Select(tensor => tensor.Shape));
        Variable[] needed = [.. Built(wanted, inputShape, includeTop: false).Weights];
        Shape[] missing = [.. needed.Select(weight => weight.Shape).Where(shape => !offered.ContainsKey(Key(shape))).Distinct()];
        return new InvalidDataException($"{file.Path} does not hold the weights of {network}: {network} has {needed.Length} without its classifier, the file has {file.Tensors.Count} tensors"
            + (missing.Length == 0 ? "." : $", and none of shape {string.Join(", ", missing.Take(3))} in any order of the axes.") + " Name the network of the file, or none: it is recognised.");
    }

    // Those whose weights are in the file by their shapes, the one with most of them first.
    private static Candidate[] Candidates(WeightFile file, string? network, Shape? inputShape)
    {
        Dictionary<string, int> offered = Counted(file.Tensors.Where(tensor => tensor.Shape.Rank > 0).Select(tensor => tensor.Shape));
        List<Candidate> found = [];
        foreach (PretrainedNetwork known in PretrainedNetwork.All.Where(known => Fits(known, file.Format) && (network is null || Is(known, network))))
        {
            foreach (bool hasTop in (bool[])[true, false])
            {
                Model model = Built(known, inputShape, hasTop);
                Dictionary<string, int> needed = Counted(model.Weights.Select(weight => weight.Shape));
                if (needed.All(shape => offered.GetValueOrDefault(shape.Key) >= shape.Value))
                    found.Add(new Candidate(known, model, hasTop, needed.Values.Sum(), needed.Values.Sum() == offered.Values.Sum()));
            }
        }

        return [.. found.OrderByDescending(candidate => candidate.Weights)];
    }

    // Axes are in another order in other programs.
    private static Dictionary<string, int> Counted(IEnumerable<Shape> shapes) => shapes.CountBy(Key).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static string Key(Shape shape) => string.Join(' ', shape.Where(length => length > 1).Order());

    private static Model Built(PretrainedNetwork network, Shape? inputShape, bool includeTop) => network.Create(new ClassifierSettings
    {
        InputShape = inputShape,
        Classes = ModelCatalog.Find(network.Name).Classes,
        IncludeTop = includeTop,
        Pixels = network.Pixels,
        Seed = 0,
    });

    private static bool Is(PretrainedNetwork known, string name) => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    // Which program wrote the file tells the layout; files that several write may have either.
    private static bool Fits(PretrainedNetwork known, WeightFormat format) => format switch
    {
        WeightFormat.PyTorch or WeightFormat.PyTorchLegacy => known.Layout == ModelLayout.Torchvision,
        WeightFormat.KerasHdf5 or WeightFormat.KerasWeights or WeightFormat.Keras or WeightFormat.TensorFlowJsLayers or WeightFormat.TensorFlowJsGraph =>
            known.Layout == ModelLayout.Keras || !PretrainedNetwork.All.Any(other => other.Name == known.Name && other.Layout == ModelLayout.Keras),
        _ => true,
    };

    // The weights expect blue, green, red; the photographs are red, green, blue.
    private static void ReverseColours(Model model)
    {
        Variable kernel = model.Layers.OfType<Conv2D>().First().Weights[0];
        kernel.Assign(kernel.Value.Flip(2));
    }

    private sealed record Candidate(PretrainedNetwork Network, Model Model, bool HasTop, int Weights, bool IsWhole);
}
