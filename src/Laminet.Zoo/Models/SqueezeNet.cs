using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// SqueezeNet: "fire" modules that squeeze the channels by 1 x 1 convolutions before they expand them. (Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and
/// &lt;0.5MB model size", 2016.) The layouts differ in names and at the edges of pooling: torchvision's last window hangs over the edge, that of the weights for Keras
/// (<c>keras-squeezenet</c>, version 1.1) does not. Pixels are <see cref="PixelScaling.ImageNet"/>; the weights for Keras want blue, green, red minus 103.939, 116.779, 123.68: prepare the images
/// and take <see cref="PixelScaling.None"/>.
/// </summary>
public static class SqueezeNet
{
    /// <summary>Version 1.0; 1,248,424 parameters for images of 224 x 224 x 3 and 1000 classes.</summary>
    /// <param name="settings">Image size, classes and so on; the defaults if null.</param>
    /// <param name="layout">Torchvision or Keras.</param>
    /// <exception cref="ArgumentException">The images are smaller than 32 x 32 (version 1.0 in the layout of Keras: 35 x 35), or there is no such layout.</exception>
    public static Model SqueezeNet10(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) =>
        Create("squeezenet1_0", settings, layout, firstFilters: 96, firstSize: 7, poolsBefore: [2, 5, 9]);

    /// <summary>Version 1.1, of 2.4 times less work; 1,235,496 parameters for images of 224 x 224 x 3 and 1000 classes, 722,496 without the classifier.</summary>
    /// <inheritdoc cref="SqueezeNet10"/>
    public static Model SqueezeNet11(ClassifierSettings? settings = null, ModelLayout layout = ModelLayout.Torchvision) =>
        Create("squeezenet1_1", settings, layout, firstFilters: 64, firstSize: 3, poolsBefore: [2, 4, 6]);

    private static Model Create(string name, ClassifierSettings? settings, ModelLayout layout, int firstFilters, int firstSize, int[] poolsBefore)
    {
        bool isKeras = layout.Among(name, ModelLayout.Torchvision, ModelLayout.Keras) == ModelLayout.Keras;
        // Without the last windows that hang over the edge, the third pooling of version 1.0 needs more.
        ImageNetwork network = new(name, settings, leastSide: isKeras && firstSize == 7 ? 35 : 32);
        SymbolicTensor x = network.Images.Convolve(isKeras ? "conv1" : "features.0", firstFilters, firstSize, stride: 2, padding: Padding.Valid, useBias: true, activation: "relu");
        // In torchvision's list the first pooling is 2, and each fire or pooling takes one more place.
        int place = 2;
        int[] squeezed = [16, 16, 32, 32, 48, 48, 64, 64], expanded = [64, 64, 128, 128, 192, 192, 256, 256];
        for (int fire = 2; fire <= 9; fire++)
        {
            if (poolsBefore.Contains(fire))
            {
                x = isKeras ? x.Then(new MaxPooling2D(3, 2)) : x.MaxPoolToEdge(3, 2);
                place++;
            }

            x = Fire(x, isKeras ? $"fire{fire}/" : $"features.{place}.", squeezed[fire - 2], expanded[fire - 2]);
            place++;
        }

        if (!network.IncludeTop)
            return network.Features(x);
        x = x.Then(new Dropout(0.5)).Convolve(isKeras ? "conv10" : "classifier.1", network.Classes, 1, useBias: true, activation: "relu", initializer: new RandomNormal(stddev: 0.01)).Then(new GlobalAveragePooling2D());
        return network.Finish(network.ClassifierActivation is { } activation ? x.Then(new Activation(activation)) : x);

        SymbolicTensor Fire(SymbolicTensor input, string module, int few, int many)
        {
            SymbolicTensor less = input.Convolve(module + (isKeras ? "squeeze1x1" : "squeeze"), few, 1, useBias: true, activation: "relu");
            return new Concatenate().Call(
                [less.Convolve(module + "expand1x1", many, 1, useBias: true, activation: "relu"), less.Convolve(module + "expand3x3", many, 3, useBias: true, activation: "relu")]);
        }
    }
}
