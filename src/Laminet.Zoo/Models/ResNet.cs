using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// Residual networks: each block adds what it computes to its input. (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016.) In
/// torchvision's layout the stride of a bottleneck is in its 3 x 3 convolution ("v1.5"); in Keras's, as in the paper, in its first 1 x 1 convolution, and convolutions have biases.
/// Pixels are <see cref="PixelScaling.ImageNet"/>; Keras's weights want blue, green, red minus 103.939, 116.779, 123.68: prepare the images and take <see cref="PixelScaling.None"/>.
/// </summary>
public static class ResNet
{
    private static readonly Normalizing OfKeras = new(Epsilon: 1.001e-5, Momentum: 0.99);

    private delegate SymbolicTensor Branch(SymbolicTensor input, string name, int width, int stride);

    /// <summary>18 layers of two 3 x 3 convolutions a block; 11,689,512 trainable parameters for images of 224 x 224 x 3 and 1000 classes, torchvision's layout.</summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32.</exception>
    public static Model ResNet18(ClassifierSettings? settings = null) => Torch("resnet18", settings, [2, 2, 2, 2], Basic, widening: 1);

    /// <summary>34 layers of two 3 x 3 convolutions a block; 21,797,672 trainable parameters for images of 224 x 224 x 3 and 1000 classes, torchvision's layout.</summary>
    /// <inheritdoc cref="ResNet18"/>
    public static Model ResNet34(ClassifierSettings? settings = null) => Torch("resnet34", settings, [3, 4, 6, 3], Basic, widening: 1);

    /// <summary>50 layers of bottlenecks. For images of 224 x 224 x 3 and 1000 classes: 25,557,032 trainable parameters in torchvision's layout, 25,636,712 parameters in Keras's.</summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32, or there is no such layout.</exception>
    public static Model ResNet50(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) => Deep("resnet50", settings, [3, 4, 6, 3], layout);

    /// <summary>101 layers of bottlenecks. For images of 224 x 224 x 3 and 1000 classes: 44,549,160 trainable parameters in torchvision's layout, 44,707,176 parameters in Keras's.</summary>
    /// <inheritdoc cref="ResNet50"/>
    public static Model ResNet101(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) => Deep("resnet101", settings, [3, 4, 23, 3], layout);

    /// <summary>152 layers of bottlenecks. For images of 224 x 224 x 3 and 1000 classes: 60,192,808 trainable parameters in torchvision's layout, 60,419,944 parameters in Keras's.</summary>
    /// <inheritdoc cref="ResNet50"/>
    public static Model ResNet152(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) => Deep("resnet152", settings, [3, 8, 36, 3], layout);

    private static Model Deep(string name, ClassifierSettings? settings, int[] blocks, ModelLayout layout) =>
        layout.Among(name, ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras ? Keras(name, settings, blocks) : Torch(name, settings, blocks, Bottleneck, widening: 4);

    private static Model Torch(string name, ClassifierSettings? settings, int[] blocks, Branch branch, int widening)
    {
        ImageNetwork network = new(name, settings);
        SymbolicTensor x = Normalizing.Torch.After(network.Images.Convolve("conv1", 64, 7, stride: 2), "bn1", "relu").Then(new MaxPooling2D(3, 2, Padding.Explicit(1)));
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            int width = 64 << stage, channels = width * widening;
            for (int block = 0; block < blocks[stage]; block++)
            {
                string place = $"layer{stage + 1}.{block}.";
                int stride = stage > 0 && block == 0 ? 2 : 1;
                SymbolicTensor skip = stride == 1 && x.Shape[-1] == channels
                    ? x
                    : Normalizing.Torch.After(x.Convolve($"{place}downsample.0", channels, 1, stride), $"{place}downsample.1");
                x = branch(x, place, width, stride).Plus(skip).Then(new Activation("relu"));
            }
        }

        return network.Classify(x, "fc");
    }

    private static SymbolicTensor Basic(SymbolicTensor input, string name, int width, int stride)
    {
        SymbolicTensor x = Normalizing.Torch.After(input.Convolve($"{name}conv1", width, 3, stride), $"{name}bn1", "relu");
        return Normalizing.Torch.After(x.Convolve($"{name}conv2", width, 3), $"{name}bn2");
    }

    private static SymbolicTensor Bottleneck(SymbolicTensor input, string name, int width, int stride)
    {
        SymbolicTensor x = Normalizing.Torch.After(input.Convolve($"{name}conv1", width, 1), $"{name}bn1", "relu");
        x = Normalizing.Torch.After(x.Convolve($"{name}conv2", width, 3, stride), $"{name}bn2", "relu");
        return Normalizing.Torch.After(x.Convolve($"{name}conv3", 4 * width, 1), $"{name}bn3");
    }

    private static Model Keras(string name, ClassifierSettings? settings, int[] blocks)
    {
        ImageNetwork network = new(name, settings);
        SymbolicTensor x = OfKeras.After(network.Images.Convolve("conv1_conv", 64, 7, stride: 2, useBias: true), "conv1_bn", "relu").Then(new MaxPooling2D(3, 2, Padding.Explicit(1)));
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            int width = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++)
            {
                string place = $"conv{stage + 2}_block{block + 1}_";
                int stride = stage > 0 && block == 0 ? 2 : 1;
                SymbolicTensor skip = block > 0 ? x : OfKeras.After(x.Convolve($"{place}0_conv", 4 * width, 1, stride, useBias: true), $"{place}0_bn");
                SymbolicTensor y = OfKeras.After(x.Convolve($"{place}1_conv", width, 1, stride, useBias: true), $"{place}1_bn", "relu");
                y = OfKeras.After(y.Convolve($"{place}2_conv", width, 3, useBias: true), $"{place}2_bn", "relu");
                y = OfKeras.After(y.Convolve($"{place}3_conv", 4 * width, 1, useBias: true), $"{place}3_bn");
                x = skip.Plus(y).Then(new Activation("relu"));
            }
        }

        return network.Classify(x, "predictions");
    }
}
