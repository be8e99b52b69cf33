using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// Densely connected networks: each layer of a block sees the maps of all before it. (Huang, Liu, van der Maaten and Weinberger, "Densely connected convolutional networks", CVPR 2017.)
/// Pixels are <see cref="PixelScaling.ImageNet"/>. The layouts differ in names, epsilon and momentum.
/// </summary>
public static class DenseNet
{
    private const int Growth = 32;

    /// <summary>121 layers. For images of 224 x 224 x 3 and 1000 classes: 7,978,856 trainable parameters, 8,062,504 parameters with the moving statistics, as Keras counts.</summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32, or there is no such layout.</exception>
    public static Model DenseNet121(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision)
    {
        bool isKeras = layout.Among(nameof(DenseNet121), ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras;
        Normalizing normalization = isKeras ? new(Epsilon: 1.001e-5, Momentum: 0.99) : Normalizing.Torch;
        ImageNetwork network = new("densenet121", settings);
        SymbolicTensor x = network.Images.Convolve(isKeras ? "conv1_conv" : "features.conv0", 2 * Growth, 7, stride: 2);
        x = normalization.After(x, isKeras ? "conv1_bn" : "features.norm0", "relu").Then(new MaxPooling2D(3, 2, Padding.Explicit(1)));
        int[] blocks = [6, 12, 24, 16];
        for (int block = 1; block <= blocks.Length; block++)
        {
            for (int layer = 1; layer <= blocks[block - 1]; layer++)
            {
                string place = isKeras ? $"conv{block + 1}_block{layer}_" : $"features.denseblock{block}.denselayer{layer}.";
                string[] names = isKeras ? ["0_bn", "1_conv", "1_bn", "2_conv"] : ["norm1", "conv1", "norm2", "conv2"];
                SymbolicTensor y = normalization.After(x, place + names[0], "relu").Convolve(place + names[1], 4 * Growth, 1);
                y = normalization.After(y, place + names[2], "relu").Convolve(place + names[3], Growth, 3);
                x = new Concatenate().Call([x, y]);
            }

            if (block < blocks.Length)
            {
                string place = isKeras ? $"pool{block + 1}_" : $"features.transition{block}.";
                x = normalization.After(x, place + (isKeras ? "bn" : "norm"), "relu").Convolve(place + "conv", x.Shape[-1] / 2, 1).Then(new AveragePooling2D());
            }
        }

        x = normalization.After(x, isKeras ? "bn" : "features.norm5", "relu");
        return network.Classify(x, isKeras ? "predictions" : "classifier");
    }
}
