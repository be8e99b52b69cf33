using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// VGG: blocks of 3 x 3 convolutions and max pooling, then three dense layers. (Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
/// recognition", ICLR 2015.) The layouts of torchvision and Keras differ in names, in pixels (<see cref="PixelScaling.ImageNet"/> for both here; Keras's weights want blue, green, red minus 103.939, 116.779, 123.68:
/// prepare the images and take <see cref="PixelScaling.None"/>) and for other sizes than 224 x 224, where torchvision averages to maps of 7 x 7.
/// </summary>
public static class VGG
{
    private static readonly int[] Filters = [64, 128, 256, 512, 512];

    /// <summary>Configuration D, 16 layers with weights; 138,357,544 parameters for images of 224 x 224 x 3 and 1000 classes, 14,714,688 without the classifier.</summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32, or there is no such layout.</exception>
    public static Model VGG16(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) => Create("vgg16", [2, 2, 3, 3, 3], settings, layout);

    /// <summary>Configuration E, 19 layers with weights; 143,667,240 parameters for images of 224 x 224 x 3 and 1000 classes, 20,024,384 without the classifier.</summary>
    /// <inheritdoc cref="VGG16"/>
    public static Model VGG19(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) => Create("vgg19", [2, 2, 4, 4, 4], settings, layout);

    /// <summary>
    /// A small variant for images of 32 x 32: the convolutions of VGG-16, each with a batch normalisation, and one dense layer; 14,724,042 trainable parameters
    /// for three channels and ten classes.
    /// </summary>
    /// <param name="settings">Image size, 32 x 32 x 3 by default, classes and so on.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32.</exception>
    public static Model Small(ClassifierSettings? settings = null)
    {
        ImageNetwork network = new("vgg16_small", settings, side: 32);
        SymbolicTensor x = network.Images;
        int place = 0;
        foreach ((int filters, int count) in Filters.Zip((int[])[2, 2, 3, 3, 3]))
        {
            for (int i = 0; i < count; i++, place += 3)
                x = Normalizing.Torch.After(x.Convolve($"features.{place}", filters, 3), $"features.{place + 1}", "relu");
            x = x.Then(new MaxPooling2D());
            place++;
        }

        return network.Classify(x, "classifier", dropout: 0.5);
    }

    private static Model Create(string name, int[] counts, ClassifierSettings? settings, ModelLayout layout)
    {
        bool isKeras = layout.Among(name, ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras;
        ImageNetwork network = new(name, settings);
        SymbolicTensor x = network.Images;
        int place = 0;
        for (int block = 0; block < counts.Length; block++)
        {
            for (int i = 1; i <= counts[block]; i++, place += 2)
                x = x.Convolve(isKeras ? $"block{block + 1}_conv{i}" : $"features.{place}", Filters[block], 3, useBias: true, activation: "relu");
            x = x.Then(new MaxPooling2D());
            place++;
        }

        if (!network.IncludeTop)
            return network.Features(x);
        if (!isKeras && (x.Shape[0] != 7 || x.Shape[1] != 7))
            x = x.Then(new AdaptiveAveragePooling2D(7));
        // Keras has no dropout here.
        double dropout = isKeras ? 0 : 0.5;
        string[] names = isKeras ? ["fc1", "fc2", "predictions"] : ["classifier.0", "classifier.3", "classifier.6"];
        x = x.Then(new Flatten(), new Dense(4096, "relu", kernelInitializer: Narrow()) { Name = names[0] });
        x = (isKeras ? x : x.Then(new Dropout(dropout))).Then(new Dense(4096, "relu", kernelInitializer: Narrow()) { Name = names[1] });
        return network.Finish(network.Classified(x, names[2], dropout, Narrow()));
    }

    private static RandomNormal Narrow() => new(stddev: 0.01);
}
