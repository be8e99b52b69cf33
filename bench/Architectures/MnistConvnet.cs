using Laminet.Layers;

namespace Laminet.Bench.Architectures;

/// <summary>The course's convnet without its rescaling and softmax: floats come in and logits go out, as in the peers.</summary>
internal static class MnistConvnet
{
    public static Architecture Course { get; } = Architecture.Of("mnist_convnet", [28, 28, 1], 10, 34_826, input => input.Then(
        new Conv2D(32, 3, activation: "relu"), new MaxPooling2D(), new Conv2D(64, 3, activation: "relu"), new MaxPooling2D(),
        new Flatten(), new Dropout(0.5), new Dense(10)));
}
