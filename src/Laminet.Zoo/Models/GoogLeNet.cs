using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// GoogLeNet: nine Inception modules, each of four branches side by side. (Szegedy et al., "Going deeper with convolutions", CVPR 2015.) In torchvision's layout convolutions are
/// normalised, and the branch of 5 x 5 convolutions has 3 x 3 ones.
/// </summary>
public static class GoogLeNet
{
    private static readonly Normalizing Normalization = new(Epsilon: 1e-3);

    // Filters of the branches: 1 x 1; 3 x 3 after fewer; 5 x 5 after fewer; 1 x 1 after pooling.
    private static readonly (string Name, int Direct, int FewMiddle, int Middle, int FewWide, int Wide, int Pooled)[] Modules =
    [
        ("3a", 64, 96, 128, 16, 32, 32), ("3b", 128, 128, 192, 32, 96, 64),
        ("4a", 192, 96, 208, 16, 48, 64), ("4b", 160, 112, 224, 24, 64, 64), ("4c", 128, 128, 256, 24, 64, 64),
        ("4d", 112, 144, 288, 32, 64, 64), ("4e", 256, 160, 320, 32, 128, 128),
        ("5a", 256, 160, 320, 32, 128, 128), ("5b", 384, 192, 384, 48, 128, 128),
    ];

    /// <summary>
    /// Builds the network. For images of 224 x 224 x 3 and 1000 classes <see cref="ModelLayout.Torchvision"/> has 6,624,904 trainable parameters, with auxiliary classifiers 13,004,888, and pixels
    /// <see cref="PixelScaling.Symmetric"/>, as its weights were trained; <see cref="ModelLayout.Paper"/>, with 5 x 5 convolutions, biases, local response normalisation and
    /// without batch normalisation, has 6,998,552.
    /// </summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Paper.</param>
    /// <param name="auxiliary">
    /// Whether there are two more classifiers half way, outputs <c>aux1</c> and <c>aux2</c> besides <c>main</c>, which help training: give their losses the weight 0.3.
    /// In torchvision's layout alone, with the classifier.
    /// </param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32, or there is no such layout.</exception>
    public static Model Create(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision, bool auxiliary = false)
    {
        bool isPaper = layout.Among(nameof(GoogLeNet), ModelLayout.Torchvision, ModelLayout.Paper) == ModelLayout.Paper;
        ImageNetwork network = new("googlenet", settings, isPaper ? PixelScaling.ImageNet : PixelScaling.Symmetric);
        if (auxiliary && (isPaper || !network.IncludeTop))
            throw new ArgumentException($"Received auxiliary: true with the layout {layout} and IncludeTop = {network.IncludeTop}; auxiliary classifiers need ModelLayout.Torchvision and IncludeTop = true.", nameof(auxiliary));
        List<(string Name, SymbolicTensor Features)> extra = [];
        SymbolicTensor x = isPaper ? PaperStem(network.Images) : Stem(network.Images);
        foreach (var module in Modules)
        {
            if (module.Name == "4a")
                x = x.MaxPoolToEdge(3, 2);
            if (module.Name == "5a")
                x = x.MaxPoolToEdge(isPaper ? 3 : 2, 2);
            x = Inception(x, module, isPaper);
            if (auxiliary && module.Name is "4a" or "4d")
                extra.Add((module.Name == "4a" ? "aux1" : "aux2", x));
        }

        const string Last = "fc";
        if (!auxiliary)
            return network.Classify(x, Last, dropout: isPaper ? 0.4 : 0.2);
        SymbolicTensor main = network.Classified(x.Then(new GlobalAveragePooling2D()), Last, dropout: 0.2);
        return network.Finish(Bundle.Named(
            ["main", .. extra.Select(one => one.Name)], [main, .. extra.Select(one => Auxiliary(network, one.Name, one.Features))]));
    }

    /// <summary>
    /// A small variant for images of 32 x 32: one convolution of 192 filters of 3 x 3 in place of the first layers, then the same modules in torchvision's layout.
    /// Pixels <see cref="PixelScaling.ImageNet"/>.
    /// </summary>
    /// <param name="settings">Image size, 32 x 32 x 3 by default, classes and so on.</param>
    /// <exception cref="ArgumentException">The images are smaller than 8 x 8.</exception>
    public static Model Small(ClassifierSettings? settings = null)
    {
        ImageNetwork network = new("googlenet_small", settings, side: 32, leastSide: 8);
        SymbolicTensor x = Convolution(network.Images, "conv3", 192, 3);
        foreach (var module in Modules)
        {
            if (module.Name is "4a" or "5a")
                x = x.MaxPoolToEdge(3, 2);
            x = Inception(x, module, isPaper: false);
        }

        return network.Classify(x, "fc", dropout: 0.2);
    }

    private static SymbolicTensor Stem(SymbolicTensor images)
    {
        SymbolicTensor x = Convolution(images, "conv1", 64, 7, stride: 2).MaxPoolToEdge(3, 2);
        return Convolution(Convolution(x, "conv2", 64, 1), "conv3", 192, 3).MaxPoolToEdge(3, 2);
    }

    private static SymbolicTensor PaperStem(SymbolicTensor images) => images
        .Convolve("conv1", 64, 7, stride: 2, useBias: true, activation: "relu").MaxPoolToEdge(3, 2).Then(Neighbours())
        .Convolve("conv2_reduce", 64, 1, useBias: true, activation: "relu")
        .Convolve("conv2", 192, 3, useBias: true, activation: "relu").Then(Neighbours()).MaxPoolToEdge(3, 2);

    // As AlexNet's, but for k, in the authors' definition for Caffe.
    private static LocalResponseNormalization Neighbours() => new(5, alpha: 1e-4, beta: 0.75, k: 1);

    private static SymbolicTensor Inception(SymbolicTensor input, (string Name, int Direct, int FewMiddle, int Middle, int FewWide, int Wide, int Pooled) module, bool isPaper)
    {
        SymbolicTensor pooled = input.Then(new MaxPooling2D(3, 1, Padding.Explicit(1)));
        string name = $"inception{module.Name}.";
        return isPaper
            ? new Concatenate().Call(
            [
                Biased(input, "1x1", module.Direct, 1),
                Biased(Biased(input, "3x3_reduce", module.FewMiddle, 1), "3x3", module.Middle, 3),
                Biased(Biased(input, "5x5_reduce", module.FewWide, 1), "5x5", module.Wide, 5),
                Biased(pooled, "pool_proj", module.Pooled, 1),
            ])
            : new Concatenate().Call(
            [
                Convolution(input, $"{name}branch1", module.Direct, 1),
                Convolution(Convolution(input, $"{name}branch2.0", module.FewMiddle, 1), $"{name}branch2.1", module.Middle, 3),
                Convolution(Convolution(input, $"{name}branch3.0", module.FewWide, 1), $"{name}branch3.1", module.Wide, 3),
                Convolution(pooled, $"{name}branch4.1", module.Pooled, 1),
            ]);

        SymbolicTensor Biased(SymbolicTensor x, string branch, int filters, int size) => x.Convolve(name + branch, filters, size, useBias: true, activation: "relu");
    }

    private static SymbolicTensor Auxiliary(ImageNetwork network, string name, SymbolicTensor features)
    {
        SymbolicTensor x = Convolution(features.Then(new AdaptiveAveragePooling2D(4)), $"{name}.conv", 128, 1);
        return network.Classified(x.Then(new Flatten(), new Dense(1024, "relu", kernelInitializer: new HeNormal()) { Name = $"{name}.fc1" }), $"{name}.fc2", dropout: 0.7);
    }

    private static SymbolicTensor Convolution(SymbolicTensor input, string name, int filters, int size, int stride = 1) =>
        Normalization.After(input.Convolve($"{name}.conv", filters, size, stride), $"{name}.bn", "relu");
}
