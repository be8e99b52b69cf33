using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>A multilayer perceptron: dense layers with ReLU and dropout, then a softmax; 669,706 parameters for 28 x 28 x 1 images and two hidden layers of 512.</summary>
public static class MultilayerPerceptron
{
    /// <summary>Builds the network; its initial weights are drawn from the seed.</summary>
    /// <param name="inputShape">The shape of an example of bytes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    /// <param name="hidden">The hidden layers' sizes; 512 and 512 by default.</param>
    /// <param name="dropout">The dropout rate after each hidden layer.</param>
    public static Sequential Create(Shape inputShape, int classes = 10, ulong? seed = null, IReadOnlyList<int>? hidden = null, double dropout = 0.2)
    {
        List<Layer> layers = [new Input(inputShape, DType.UInt8), new Rescaling(1.0 / 255), new Flatten()];
        foreach (int units in hidden ?? [512, 512])
        {
            layers.Add(new Dense(units, "relu"));
            layers.Add(new Dropout(dropout));
        }

        layers.Add(new Dense(classes, "softmax"));
        return new Sequential(seed, layers) { Name = "mlp" };
    }
}
