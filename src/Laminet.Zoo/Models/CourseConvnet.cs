using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// Keras's "Simple MNIST convnet" by F. Chollet: two convolutions with max pooling, dropout, a softmax.
/// It has 34,826 parameters for 28 x 28 x 1 images and 10 classes.
/// </summary>
public static class CourseConvnet
{
    /// <summary>Builds the network; its initial weights are drawn from the seed.</summary>
    /// <param name="inputShape">Height, width and channels of an image of bytes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    public static Sequential Create(Shape inputShape, int classes = 10, ulong? seed = null) => new(
        seed,
        new Input(inputShape, DType.UInt8),
        new Rescaling(1.0 / 255),
        new Conv2D(32, 3, activation: "relu"),
        new MaxPooling2D(),
        new Conv2D(64, 3, activation: "relu"),
        new MaxPooling2D(),
        new Flatten(),
        new Dropout(0.5),
        new Dense(classes, "softmax"))
    {
        Name = "convnet",
    };
}
