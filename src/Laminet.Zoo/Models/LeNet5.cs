using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// LeNet-5 in its common modern form: average pooling, sigmoid, two convolutions of 5 x 5 and three dense layers; 61,706 parameters
/// for 28 x 28 x 1 images and 10 classes. (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document
/// recognition", 1998. There the layer C3 is only partly connected, and the output is a radial basis function.)
/// </summary>
public static class LeNet5
{
    /// <summary>Builds the network; its initial weights are drawn from the seed.</summary>
    /// <param name="inputShape">Height, width and channels of an image; bytes or numbers from 0 to 255.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    public static Sequential Create(Shape inputShape, int classes = 10, ulong? seed = null) => new(
        seed,
        new Input(inputShape, DType.UInt8),
        new Rescaling(1.0 / 255),
        new Conv2D(6, 5, padding: Padding.Same, activation: "sigmoid"),
        new AveragePooling2D(),
        new Conv2D(16, 5, activation: "sigmoid"),
        new AveragePooling2D(),
        new Flatten(),
        new Dense(120, "sigmoid"),
        new Dense(84, "sigmoid"),
        new Dense(classes, "softmax"))
    {
        Name = "lenet5",
    };
}
