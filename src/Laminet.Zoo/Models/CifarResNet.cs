using Laminet.Layers;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// The residual networks for images of 32 x 32 of section 4.2 of the paper: three stages of 16, 32 and 64 filters; where the size halves, the skip takes every second pixel and adds channels of zeros,
/// without parameters. (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016. Names of layers as in PyTorch's <c>pytorch_resnet_cifar10</c> by Idelbayev; pixels <see cref="PixelScaling.ImageNet"/>.)
/// </summary>
public static class CifarResNet
{
    /// <summary>20 layers; 269,722 trainable parameters for images of 32 x 32 x 3 and ten classes.</summary>
    /// <param name="settings">Image size, 32 x 32 x 3 by default, classes and so on.</param>
    /// <exception cref="ArgumentException">The images are smaller than 4 x 4.</exception>
    public static Model ResNet20(ClassifierSettings? settings = null) => Create("resnet20", blocks: 3, settings);

    /// <summary>32 layers; 464,154 trainable parameters for images of 32 x 32 x 3 and ten classes.</summary>
    /// <inheritdoc cref="ResNet20"/>
    public static Model ResNet32(ClassifierSettings? settings = null) => Create("resnet32", blocks: 5, settings);

    /// <summary>56 layers; 853,018 trainable parameters for images of 32 x 32 x 3 and ten classes.</summary>
    /// <inheritdoc cref="ResNet20"/>
    public static Model ResNet56(ClassifierSettings? settings = null) => Create("resnet56", blocks: 9, settings);

    /// <summary>The plain network of 56 layers: <see cref="ResNet56"/> without the sums, to show what they do.</summary>
    /// <inheritdoc cref="ResNet20"/>
    public static Model Plain56(ClassifierSettings? settings = null) => Create("plain56", blocks: 9, settings, addsSkips: false);

    private static Model Create(string name, int blocks, ClassifierSettings? settings, bool addsSkips = true)
    {
        ImageNetwork network = new(name, settings, side: 32, leastSide: 4);
        SymbolicTensor x = Normalizing.Torch.After(network.Images.Convolve("conv1", 16, 3), "bn1", "relu");
        for (int stage = 1; stage <= 3; stage++)
        {
            for (int block = 0; block < blocks; block++)
            {
                string place = $"layer{stage}.{block}.";
                int filters = 8 << stage, stride = stage > 1 && block == 0 ? 2 : 1;
                SymbolicTensor y = Normalizing.Torch.After(x.Convolve($"{place}conv1", filters, 3, stride), $"{place}bn1", "relu");
                y = Normalizing.Torch.After(y.Convolve($"{place}conv2", filters, 3), $"{place}bn2");
                x = (addsSkips ? y.Plus(stride == 1 ? x : Halved(x, filters)) : y).Then(new Activation("relu"));
            }
        }

        return network.Classify(x, "linear");
    }

    // Channels are padded as if they were columns.
    private static SymbolicTensor Halved(SymbolicTensor x, int filters)
    {
        int each = (filters - x.Shape[-1]) / 2;
        return x.Then(new MaxPooling2D(1, 2), new Permute([1, 3, 2]), new ZeroPadding2D(new Margins2D((0, 0), (each, each))), new Permute([1, 3, 2]));
    }
}
