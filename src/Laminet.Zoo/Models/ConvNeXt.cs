using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// ConvNeXt: a convolutional network with the proportions of a transformer: each block convolves channels alone with 7 x 7 kernels, normalises, then widens and narrows by two dense layers.
/// (Liu, Mao, Wu, Feichtenhofer, Darrell and Xie, "A ConvNet for the 2020s", CVPR 2022.) Torchvision's layout; pixels <see cref="PixelScaling.ImageNet"/>.
/// </summary>
public static class ConvNeXt
{
    private const double Epsilon = 1e-6, FirstScale = 1e-6, DroppedBlocks = 0.1;

    /// <summary>The tiny one; 28,589,128 parameters for images of 224 x 224 x 3 and 1000 classes.</summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32.</exception>
    public static Model Tiny(ClassifierSettings? settings = null)
    {
        int[] counts = [3, 3, 9, 3], widths = [96, 192, 384, 768];
        ImageNetwork network = new("convnext_tiny", settings);
        SymbolicTensor x = Normalized(Patches(network.Images, "features.0.0", widths[0], 4), "features.0.1");
        int done = 0, all = counts.Sum();
        for (int stage = 0; stage < counts.Length; stage++)
        {
            if (stage > 0)
                x = Patches(Normalized(x, $"features.{2 * stage}.0"), $"features.{2 * stage}.1", widths[stage], 2);
            for (int i = 0; i < counts[stage]; i++, done++)
                x = Block(x, $"features.{(2 * stage) + 1}.{i}.", widths[stage], DroppedBlocks * done / (all - 1));
        }

        return network.IncludeTop
            ? network.Finish(network.Classified(Normalized(x.Then(new GlobalAveragePooling2D()), "classifier.0"), "classifier.2"))
            : network.Features(x);
    }

    private static SymbolicTensor Block(SymbolicTensor input, string place, int width, double dropped)
    {
        SymbolicTensor x = input.Then(
            new DepthwiseConv2D(7, padding: Padding.Same, depthwiseInitializer: Narrow()) { Name = $"{place}block.0" },
            new LayerNormalization(epsilon: Epsilon) { Name = $"{place}block.2" },
            new Dense(4 * width, "gelu", kernelInitializer: Narrow()) { Name = $"{place}block.3" },
            new Dense(width, kernelInitializer: Narrow()) { Name = $"{place}block.5" },
            new LayerScale(FirstScale) { Name = $"{place}layer_scale" });
        return (dropped > 0 ? x.Then(new Dropout(dropped, [null, 1, 1, 1])) : x).Plus(input);
    }

    private static SymbolicTensor Patches(SymbolicTensor x, string name, int filters, int size) =>
        x.Then(new Conv2D(filters, size, size, kernelInitializer: Narrow()) { Name = name });

    private static SymbolicTensor Normalized(SymbolicTensor x, string name) => x.Then(new LayerNormalization(epsilon: Epsilon) { Name = name });

    private static TruncatedNormal Narrow() => new(stddev: 0.02);
}
