using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Architectures;

/// <summary>
/// GoogLeNet with batch normalisation and without auxiliary classifiers (Szegedy et al., "Going deeper with convolutions", CVPR 2015).
/// As in torchvision, the branch of 5 x 5 convolutions has 3 x 3 ones, and pooling with stride 2 lets the last window hang over the edge.
/// </summary>
internal static class GoogLeNet
{
    public static Architecture Normalized { get; } = Architecture.ForImageNet("googlenet", 6_624_904, input =>
    {
        SymbolicTensor x = Convolution(Halve(Convolution(input, 64, 7, stride: 2)), 64, 1);
        x = Halve(Convolution(x, 192, 3));
        x = Inception(x, 64, 96, 128, 16, 32, 32);
        x = Halve(Inception(x, 128, 128, 192, 32, 96, 64));
        x = Inception(x, 192, 96, 208, 16, 48, 64);
        x = Inception(x, 160, 112, 224, 24, 64, 64);
        x = Inception(x, 128, 128, 256, 24, 64, 64);
        x = Inception(x, 112, 144, 288, 32, 64, 64);
        x = Inception(x, 256, 160, 320, 32, 128, 128).Then(new MaxPooling2D(2, 2));
        x = Inception(x, 256, 160, 320, 32, 128, 128);
        x = Inception(x, 384, 192, 384, 48, 128, 128);
        return x.Then(new GlobalAveragePooling2D(), new Dropout(0.2), new Dense(1000));
    });

    private static SymbolicTensor Inception(
        SymbolicTensor input, int direct, int narrowMiddle, int middle, int narrowWide, int wide, int pooled) => new Concatenate().Call(
        [
            Convolution(input, direct, 1),
            Convolution(Convolution(input, narrowMiddle, 1), middle, 3),
            Convolution(Convolution(input, narrowWide, 1), wide, 3),
            Convolution(input.Then(new MaxPooling2D(3, 1, Padding.Explicit(1))), pooled, 1),
        ]);

    private static SymbolicTensor Convolution(SymbolicTensor input, int filters, int kernelSize, int stride = 1) =>
        input.NormalizedConvolution(filters, kernelSize, stride, epsilon: 1e-3);

    private static SymbolicTensor Halve(SymbolicTensor input) => input.Then(new MaxPooling2D(3, 2, Padding.Explicit((0, 1), (0, 1))));
}
