using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Architectures;

/// <summary>
/// AlexNet on one device (Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014). At 224 x 224 the last
/// maps are 6 x 6 already, so torchvision's adaptive pooling does nothing.
/// </summary>
internal static class AlexNet
{
    public static Architecture OneTower { get; } = Architecture.ForImageNet("alexnet", 61_100_840, input => input.Then(
        Convolution(64, 11, 2, stride: 4), new MaxPooling2D(3, 2),
        Convolution(192, 5, 2), new MaxPooling2D(3, 2),
        Convolution(384, 3, 1), Convolution(256, 3, 1), Convolution(256, 3, 1), new MaxPooling2D(3, 2),
        new Flatten(), new Dropout(0.5), new Dense(4096, "relu"), new Dropout(0.5), new Dense(4096, "relu"), new Dense(1000)));

    private static Conv2D Convolution(int filters, int kernelSize, int border, int stride = 1) =>
        new(filters, kernelSize, stride, Padding.Explicit(border), "relu");
}
