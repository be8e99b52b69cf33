using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Architectures;

/// <summary>LeNet-5 with sigmoids and average pooling.</summary>
internal static class LeNet5
{
    public static Architecture Classic { get; } = Architecture.Of("lenet5", [28, 28, 1], 10, 61_706, input => input.Then(
        new Conv2D(6, 5, padding: Padding.Same, activation: "sigmoid"), new AveragePooling2D(),
        new Conv2D(16, 5, activation: "sigmoid"), new AveragePooling2D(), new Flatten(),
        new Dense(120, "sigmoid"), new Dense(84, "sigmoid"), new Dense(10)));
}
