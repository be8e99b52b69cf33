using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// Inception v3: modules whose large kernels are split into small and into one-dimensional ones. (Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the Inception architecture for
/// computer vision", CVPR 2016.) Pixels are <see cref="PixelScaling.Symmetric"/>. In Keras's layout the normalisation has no gamma, and its layers are numbered:
/// <c>conv2d</c>, <c>conv2d_1</c>, and so on.
/// </summary>
public static class InceptionV3
{
    /// <summary>
    /// Builds the network. For images of 299 x 299 x 3 and 1000 classes: 23,834,568 trainable parameters in torchvision's layout, 27,161,264 with the auxiliary classifier; in Keras's 23,851,784
    /// parameters, 23,817,352 of them trainable.
    /// </summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <param name="auxiliary">
    /// Whether there is another classifier, output <c>aux</c> besides <c>main</c>, which helps training: give its loss the weight 0.4. In torchvision's layout alone, with the classifier.
    /// </param>
    /// <exception cref="ArgumentException">The images are smaller than 75 x 75, with the auxiliary classifier than 299 x 299, or there is no such layout.</exception>
    public static Model Create(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision, bool auxiliary = false)
    {
        bool isKeras = layout.Among(nameof(InceptionV3), ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras;
        ImageNetwork network = new("inception_v3", settings, PixelScaling.Symmetric, side: 299, leastSide: auxiliary ? 299 : 75);
        if (auxiliary && (isKeras || !network.IncludeTop))
            throw new ArgumentException($"Received auxiliary: true with the layout {layout} and IncludeTop = {network.IncludeTop}; the auxiliary classifier needs ModelLayout.Torchvision and IncludeTop = true.", nameof(auxiliary));
        Builder net = new(isKeras);
        SymbolicTensor x = net.Convolution(network.Images, "Conv2d_1a_3x3", 32, 3, stride: 2, isPadded: false);
        x = net.Convolution(x, "Conv2d_2a_3x3", 32, 3, isPadded: false);
        x = net.Convolution(x, "Conv2d_2b_3x3", 64, 3).Then(new MaxPooling2D(3, 2));
        x = net.Convolution(x, "Conv2d_3b_1x1", 80, 1);
        x = net.Convolution(x, "Conv2d_4a_3x3", 192, 3, isPadded: false).Then(new MaxPooling2D(3, 2));
        x = net.ModuleA(x, "Mixed_5b.", pooled: 32);
        x = net.ModuleA(x, "Mixed_5c.", pooled: 64);
        x = net.ModuleA(x, "Mixed_5d.", pooled: 64);
        x = net.ModuleB(x, "Mixed_6a.");
        foreach ((string name, int filters) in ((string, int)[])[("Mixed_6b.", 128), ("Mixed_6c.", 160), ("Mixed_6d.", 160), ("Mixed_6e.", 192)])
            x = net.ModuleC(x, name, filters);
        SymbolicTensor middle = x;
        x = net.ModuleD(x, "Mixed_7a.");
        x = net.ModuleE(x, "Mixed_7b.");
        x = net.ModuleE(x, "Mixed_7c.");
        return auxiliary
            ? network.Finish(new Bundle<SymbolicTensor>() { ["main"] = network.Classified(x.Then(new GlobalAveragePooling2D()), "fc", 0.5), ["aux"] = Auxiliary(network, net, middle) })
            : network.Classify(x, isKeras ? "predictions" : "fc", dropout: isKeras ? 0 : 0.5);
    }

    private static SymbolicTensor Auxiliary(ImageNetwork network, Builder net, SymbolicTensor x)
    {
        x = net.Convolution(x.Then(new AveragePooling2D(5, 3)), "AuxLogits.conv0", 128, 1);
        x = net.Convolution(x, "AuxLogits.conv1", 768, 5, isPadded: false);
        return network.Classified(x.Then(new GlobalAveragePooling2D()), "AuxLogits.fc");
    }

    /// <summary>The modules, in the order in which Keras numbers their layers.</summary>
    private sealed class Builder(bool isKeras)
    {
        private readonly Normalizing normalization = isKeras ? new(Epsilon: 1e-3, Momentum: 0.99, Scale: false) : new(Epsilon: 1e-3);
        private int count;

        public SymbolicTensor Convolution(SymbolicTensor x, string name, int filters, Size2D size, int stride = 1, bool isPadded = true)
        {
            string suffix = count == 0 ? "" : $"_{count}";
            count++;
            x = x.Convolve(isKeras ? $"conv2d{suffix}" : $"{name}.conv", filters, size, stride, isPadded ? Parts.Around(size) : Padding.Valid);
            return normalization.After(x, isKeras ? $"batch_normalization{suffix}" : $"{name}.bn", "relu");
        }

        public SymbolicTensor ModuleA(SymbolicTensor x, string name, int pooled) => new Concatenate().Call(
        [
            Convolution(x, $"{name}branch1x1", 64, 1),
            Convolution(Convolution(x, $"{name}branch5x5_1", 48, 1), $"{name}branch5x5_2", 64, 5),
            Convolution(Convolution(Convolution(x, $"{name}branch3x3dbl_1", 64, 1), $"{name}branch3x3dbl_2", 96, 3), $"{name}branch3x3dbl_3", 96, 3),
            Convolution(Averages(x), $"{name}branch_pool", pooled, 1),
        ]);

        public SymbolicTensor ModuleB(SymbolicTensor x, string name) => new Concatenate().Call(
        [
            Convolution(x, $"{name}branch3x3", 384, 3, stride: 2, isPadded: false),
            Convolution(
                Convolution(Convolution(x, $"{name}branch3x3dbl_1", 64, 1), $"{name}branch3x3dbl_2", 96, 3), $"{name}branch3x3dbl_3", 96, 3, stride: 2, isPadded: false),
            x.Then(new MaxPooling2D(3, 2)),
        ]);

        public SymbolicTensor ModuleC(SymbolicTensor x, string name, int filters)
        {
            SymbolicTensor direct = Convolution(x, $"{name}branch1x1", 192, 1);
            SymbolicTensor single = Convolution(x, $"{name}branch7x7_1", filters, 1);
            single = Convolution(Convolution(single, $"{name}branch7x7_2", filters, (1, 7)), $"{name}branch7x7_3", 192, (7, 1));
            SymbolicTensor twice = Convolution(x, $"{name}branch7x7dbl_1", filters, 1);
            twice = Convolution(Convolution(twice, $"{name}branch7x7dbl_2", filters, (7, 1)), $"{name}branch7x7dbl_3", filters, (1, 7));
            twice = Convolution(Convolution(twice, $"{name}branch7x7dbl_4", filters, (7, 1)), $"{name}branch7x7dbl_5", 192, (1, 7));
            return new Concatenate().Call([direct, single, twice, Convolution(Averages(x), $"{name}branch_pool", 192, 1)]);
        }

        public SymbolicTensor ModuleD(SymbolicTensor x, string name)
        {
            SymbolicTensor small = Convolution(Convolution(x, $"{name}branch3x3_1", 192, 1), $"{name}branch3x3_2", 320, 3, stride: 2, isPadded: false);
            SymbolicTensor large = Convolution(x, $"{name}branch7x7x3_1", 192, 1);
            large = Convolution(Convolution(large, $"{name}branch7x7x3_2", 192, (1, 7)), $"{name}branch7x7x3_3", 192, (7, 1));
            large = Convolution(large, $"{name}branch7x7x3_4", 192, 3, stride: 2, isPadded: false);
            return new Concatenate().Call([small, large, x.Then(new MaxPooling2D(3, 2))]);
        }

        public SymbolicTensor ModuleE(SymbolicTensor x, string name)
        {
            SymbolicTensor direct = Convolution(x, $"{name}branch1x1", 320, 1);
            SymbolicTensor single = Convolution(x, $"{name}branch3x3_1", 384, 1);
            single = Cross(single, $"{name}branch3x3_2");
            SymbolicTensor twice = Convolution(Convolution(x, $"{name}branch3x3dbl_1", 448, 1), $"{name}branch3x3dbl_2", 384, 3);
            twice = Cross(twice, $"{name}branch3x3dbl_3");
            return new Concatenate().Call([direct, single, twice, Convolution(Averages(x), $"{name}branch_pool", 192, 1)]);
        }

        private SymbolicTensor Cross(SymbolicTensor x, string name) =>
            new Concatenate().Call([Convolution(x, $"{name}a", 384, (1, 3)), Convolution(x, $"{name}b", 384, (3, 1))]);

        // In PyTorch the zeros of the border count, in Keras they do not.
        private SymbolicTensor Averages(SymbolicTensor x) =>
            isKeras ? x.Then(new AveragePooling2D(3, 1, Padding.Same)) : x.Then(new ZeroPadding2D(1), new AveragePooling2D(3, 1));
    }
}
