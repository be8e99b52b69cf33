using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// AlexNet: five convolutions and three dense layers. (Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012; in torchvision's layout,
/// Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014.)
/// </summary>
public static class AlexNet
{
    /// <summary>
    /// Builds the network. <see cref="ModelLayout.Torchvision"/>: 61,100,840 parameters for images of 224 x 224 x 3 and 1000 classes, pixels <see cref="PixelScaling.ImageNet"/>.
    /// <see cref="ModelLayout.Paper"/>: the halves of convolutions 2, 4 and 5 do not see each other, local response normalisation, images of 227 x 227 x 3; 60,965,224 parameters.
    /// </summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Paper.</param>
    /// <exception cref="ArgumentException">The images are smaller than 63 x 63, in the layout of the paper than 67 x 67, or there is no such layout.</exception>
    public static Model Create(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision)
    {
        bool isPaper = layout.Among(nameof(AlexNet), ModelLayout.Torchvision, ModelLayout.Paper) == ModelLayout.Paper;
        ImageNetwork network = new("alexnet", settings, side: isPaper ? 227 : 224, leastSide: isPaper ? 67 : 63);
        SymbolicTensor x = isPaper ? PaperFeatures(network.Images) : Features(network.Images);
        if (!network.IncludeTop)
            return network.Features(x);
        // At the network's own size the maps are 6 x 6 already.
        if (x.Shape[0] != 6 || x.Shape[1] != 6)
            x = x.Then(new AdaptiveAveragePooling2D(6));
        return network.Finish(isPaper ? Classified(network, x, 4096, "fc6", "fc7", "fc8") : Classified(network, x, 4096, "classifier.1", "classifier.4", "classifier.6"));
    }

    /// <summary>
    /// A small variant for images of 32 x 32: the same five convolutions, the first 5 x 5 without a stride, the second likewise, and dense layers of 1024;
    /// 5,871,434 parameters for three channels and ten classes.
    /// </summary>
    /// <param name="settings">Image size, 32 x 32 x 3 by default, classes and so on.</param>
    /// <exception cref="ArgumentException">The images are smaller than 16 x 16.</exception>
    public static Model Small(ClassifierSettings? settings = null)
    {
        ImageNetwork network = new("alexnet_small", settings, side: 32, leastSide: 16);
        SymbolicTensor x = network.Images
            .Convolve("features.0", 64, 5, useBias: true, activation: "relu", initializer: First()).Then(new MaxPooling2D(3, 2))
            .Convolve("features.3", 192, 5, useBias: true, activation: "relu", initializer: First()).Then(new MaxPooling2D(3, 2));
        x = LastThree(x);
        return network.IncludeTop ? network.Finish(Classified(network, x, 1024, "classifier.1", "classifier.4", "classifier.6")) : network.Features(x);
    }

    private static SymbolicTensor Features(SymbolicTensor images) => LastThree(images
        .Convolve("features.0", 64, 11, stride: 4, padding: Padding.Explicit(2), useBias: true, activation: "relu", initializer: First()).Then(new MaxPooling2D(3, 2))
        .Convolve("features.3", 192, 5, useBias: true, activation: "relu", initializer: First()).Then(new MaxPooling2D(3, 2)));

    private static SymbolicTensor LastThree(SymbolicTensor x) => x
        .Convolve("features.6", 384, 3, useBias: true, activation: "relu", initializer: First())
        .Convolve("features.8", 256, 3, useBias: true, activation: "relu", initializer: First())
        .Convolve("features.10", 256, 3, useBias: true, activation: "relu", initializer: First()).Then(new MaxPooling2D(3, 2));

    private static SymbolicTensor PaperFeatures(SymbolicTensor images) => images
        .Convolve("conv1", 96, 11, stride: 4, padding: Padding.Valid, useBias: true, activation: "relu", initializer: First()).Then(Neighbours(), new MaxPooling2D(3, 2))
        .Convolve("conv2", 256, 5, useBias: true, activation: "relu", initializer: First(), groups: 2).Then(Neighbours(), new MaxPooling2D(3, 2))
        .Convolve("conv3", 384, 3, useBias: true, activation: "relu", initializer: First())
        .Convolve("conv4", 384, 3, useBias: true, activation: "relu", initializer: First(), groups: 2)
        .Convolve("conv5", 256, 3, useBias: true, activation: "relu", initializer: First(), groups: 2).Then(new MaxPooling2D(3, 2));

    // The paper's alpha of 1e-4 multiplies the sum over the five, this layer's the mean.
    private static LocalResponseNormalization Neighbours() => new(5, alpha: 5e-4, beta: 0.75, k: 2);

    private static SymbolicTensor Classified(ImageNetwork network, SymbolicTensor x, int units, string first, string second, string last) => network.Classified(
        x.Then(
            new Flatten(), new Dropout(0.5), new Dense(units, "relu", kernelInitializer: First()) { Name = first },
            new Dropout(0.5), new Dense(units, "relu", kernelInitializer: First()) { Name = second }), last, initializer: First());

    // As in PyTorch: uniform within 1 / sqrt(fan-in). Without normalisation, larger ones make the first steps diverge.
    private static VarianceScaling First() => new(1.0 / 3, FanMode.FanIn, WeightDistribution.Uniform);
}
