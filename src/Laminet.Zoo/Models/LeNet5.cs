using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// LeNet-5. (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86, 1998.) <see cref="Create"/> builds its common modern form, <see cref="Of1998"/>
/// that of the paper.
/// </summary>
public static class LeNet5
{
    /// <summary>
    /// The common modern form: average pooling, sigmoid, two convolutions of 5 x 5 and three dense layers; 61,706 parameters for 28 x 28 x 1 images and 10 classes. Its initial weights are drawn from the seed.
    /// </summary>
    /// <param name="inputShape">Height, width and channels of an image of bytes.</param>
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

    /// <summary>
    /// The paper's own layout for images of 28 x 28 x 1: a border of two pixels, subsampling with a trained factor and bias for each map, maps of the second convolution that see only some of the first
    /// (<see cref="LeNetC3"/>), 1.7159 tanh(2 x / 3) after each layer, and an output that is the distance from a picture of each digit (<see cref="LeNetOutput"/>); 60,000 parameters. Weights start uniform within
    /// 2.4 over the number of inputs, as there. The probabilities are the softmax of the outputs. Its loss is <see cref="LeNetLoss"/>: with the usual cross-entropy, which does not see how large the distances are, the features saturate.
    /// </summary>
    /// <param name="inputShape">28 x 28 x 1, bytes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public static Sequential Of1998(Shape inputShape, int classes = 10, ulong? seed = null)
    {
        if (inputShape != new Shape(28, 28, 1))
            throw new ArgumentException($"LeNet-5 of 1998 is made for images of (28, 28, 1); received {inputShape}. Resize them, or use {nameof(LeNet5)}.{nameof(Create)}, which takes any size.", nameof(inputShape));
        List<Layer> layers = [new Input(inputShape, DType.UInt8), new ZeroPadding2D(2), new Rescaling(1.275 / 255, -0.1)];
        Add(new Conv2D(6, 5, kernelInitializer: Uniform(25)));
        Subsample();
        Add(new LeNetC3());
        Subsample();
        Add(new Conv2D(120, 5, kernelInitializer: Uniform(400)));
        layers.Add(new Flatten());
        Add(new Dense(LeNetOutput.Features, kernelInitializer: Uniform(120)));
        layers.AddRange([new LeNetOutput(classes), new Softmax()]);
        return new Sequential(seed, layers) { Name = "lenet5-1998" };

        void Add(Layer layer) => layers.AddRange([layer, new Rescaling(2.0 / 3), new Activation("tanh"), new Rescaling(1.7159)]);

        // The mean of 2 x 2 times a factor, and a bias, for each map.
        void Subsample()
        {
            layers.Add(new AveragePooling2D());
            Add(new DepthwiseConv2D(1, depthwiseInitializer: new Constant(1)));
        }
    }

    /// <summary>Weights of a unit with so many inputs start within this of 0.</summary>
    internal static double Limit(double inputs) => 2.4 / inputs;

    private static RandomUniform Uniform(int inputs) => new(-Limit(inputs), Limit(inputs));
}
