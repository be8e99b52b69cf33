using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>The two ends that networks for images share: the input with its scaling, and the classifier or the features.</summary>
internal sealed class ImageNetwork
{
    private static readonly double[] Mean = [0.485, 0.456, 0.406], Deviation = [0.229, 0.224, 0.225];

    private readonly string name;
    private readonly ClassifierSettings settings;
    private readonly Input input;

    /// <summary>Begins a network.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="settings">What the user asks for; null for the defaults.</param>
    /// <param name="pixels">What the reference's weights were trained with.</param>
    /// <param name="side">Height and width the network was made for.</param>
    /// <param name="leastSide">The smallest height and width for which the last feature map is not empty.</param>
    /// <exception cref="ArgumentException">The images are too small or not images.</exception>
    public ImageNetwork(string name, ClassifierSettings? settings, PixelScaling pixels = PixelScaling.ImageNet, int side = 224, int leastSide = 32)
    {
        (this.name, this.settings) = (name, settings ?? new());
        Shape shape = this.settings.InputShape ?? [side, side, 3];
        if (shape.Rank != 3 || shape[0] < leastSide || shape[1] < leastSide)
        {
            throw new ArgumentException(
                $"The model {name} received images of shape {shape}; expected (height, width, channels) of at least {leastSide} x {leastSide}. Enlarge the images, or take a model for small ones.", nameof(settings));
        }

        input = new Input(shape);
        Images = Scaled(input, this.settings.Pixels ?? pixels, shape[2]);
    }

    /// <summary>The images, scaled.</summary>
    public SymbolicTensor Images { get; }

    public int Classes => settings.Classes;

    /// <summary>Whether the classifier is asked for.</summary>
    public bool IncludeTop => settings.IncludeTop;

    public ActivationFunction? ClassifierActivation => settings.ClassifierActivation;

    /// <summary>The model that ends in the mean of each feature map, a dropout and a dense layer, or in the features.</summary>
    public Model Classify(SymbolicTensor features, string denseName, double dropout = 0) =>
        IncludeTop ? Finish(Classified(features.Then(new GlobalAveragePooling2D()), denseName, dropout)) : Features(features);

    /// <summary>The classifier's last layer after a dropout.</summary>
    public SymbolicTensor Classified(SymbolicTensor features, string denseName, double dropout = 0, Initializer? initializer = null) =>
        (dropout > 0 ? features.Then(new Dropout(dropout)) : features).Then(new Dense(Classes, ClassifierActivation, kernelInitializer: initializer) { Name = denseName });

    /// <summary>The model that gives features.</summary>
    public Model Features(SymbolicTensor features) => Finish(settings.Pooling switch
    {
        FeaturePooling.Average => features.Then(new GlobalAveragePooling2D()),
        FeaturePooling.Max => features.Then(new GlobalMaxPooling2D()),
        _ => features,
    });

    /// <summary>The model that gives these tensors.</summary>
    public Model Finish(Bundle<SymbolicTensor> outputs) => new(input, outputs, settings.Seed) { Name = name };

    private static SymbolicTensor Scaled(SymbolicTensor images, PixelScaling pixels, int channels) => pixels switch
    {
        PixelScaling.None => images,
        PixelScaling.Unit => images.Then(new Rescaling(1 / 255.0)),
        PixelScaling.Symmetric => images.Then(new Rescaling(1 / 127.5, -1)),
        PixelScaling.Caffe => channels == 3 ? images.Then(new Normalization(mean: [123.68, 116.779, 103.939], variance: [1, 1, 1]))
            : throw new ArgumentException($"Received PixelScaling.Caffe for images of {channels} channels; expected 3: red, green, blue.", nameof(pixels)),
        _ => images.Then(channels == 3
            ? new Normalization(mean: [.. Mean.Select(mean => 255 * mean)], variance: [.. Deviation.Select(Variance)])
            : new Normalization(mean: [255 * Mean.Average()], variance: [Variance(Deviation.Average())])),
    };

    private static double Variance(double deviation) => 255 * deviation * 255 * deviation;
}
