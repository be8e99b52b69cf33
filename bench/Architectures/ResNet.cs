using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Architectures;

/// <summary>
/// Residual networks (He et al., "Deep residual learning", CVPR 2016), with the stride in the 3 x 3 convolution of a bottleneck, as
/// torchvision has it.
/// </summary>
internal static class ResNet
{
    public static Architecture ResNet18 { get; } =
        Architecture.ForImageNet("resnet18", 11_689_512, input => Build(input, [2, 2, 2, 2], Basic, widening: 1));

    public static Architecture ResNet50 { get; } =
        Architecture.ForImageNet("resnet50", 25_557_032, input => Build(input, [3, 4, 6, 3], Bottleneck, widening: 4));

    private delegate SymbolicTensor Branch(SymbolicTensor input, int width, int stride);

    private static SymbolicTensor Build(SymbolicTensor input, int[] blocks, Branch branch, int widening)
    {
        SymbolicTensor x = input.NormalizedConvolution(64, 7, stride: 2).Then(new MaxPooling2D(3, 2, Padding.Explicit(1)));
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            int width = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++)
            {
                int stride = stage > 0 && block == 0 ? 2 : 1, channels = width * widening;
                SymbolicTensor skip = stride == 1 && x.Shape[-1] == channels ? x : x.NormalizedConvolution(channels, 1, stride, relu: false);
                x = new Add().Call([branch(x, width, stride), skip]).Then(new Activation("relu"));
            }
        }

        return x.Then(new GlobalAveragePooling2D(), new Dense(1000));
    }

    private static SymbolicTensor Basic(SymbolicTensor input, int width, int stride) =>
        input.NormalizedConvolution(width, 3, stride).NormalizedConvolution(width, 3, relu: false);

    private static SymbolicTensor Bottleneck(SymbolicTensor input, int width, int stride) =>
        input.NormalizedConvolution(width, 1).NormalizedConvolution(width, 3, stride).NormalizedConvolution(4 * width, 1, relu: false);
}
