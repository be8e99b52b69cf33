using Laminet.Tensors.Kernels;

namespace Laminet.Bench.Kernels;

/// <summary>A convolution as networks have it: padding keeps the size where the stride is 1.</summary>
internal sealed record NetworkShape(int Size, int In, int Out, int Kernel, int Stride = 1, int Groups = 1, int Count = 1, int Pad = -1)
{
    public ConvolutionGeometry Geometry(int batch)
    {
        int pad = Pad < 0 ? Kernel / 2 : Pad, outSize = ((Size + (2 * pad) - Kernel) / Stride) + 1;
        return new(batch, Size, Size, In, Kernel, Kernel, Out, outSize, outSize, Stride, Stride, pad, pad, 1, 1, Groups);
    }

    public override string ToString() =>
        $"{Size}x{Size} {In}->{Out} {Kernel}x{Kernel}{(Stride > 1 ? $" /{Stride}" : "")}{(Groups > 1 ? $" in {Groups} groups" : "")}";
}

/// <summary>The convolutions of known networks and how often each occurs.</summary>
internal static class NetworkShapes
{
    public static readonly (string Name, NetworkShape[] Shapes)[] All =
    [
        ("resnet50", [
            new(224, 3, 64, 7, 2),
            new(56, 64, 64, 1), new(56, 256, 64, 1, Count: 2), new(56, 64, 64, 3, Count: 3), new(56, 64, 256, 1, Count: 4),
            new(56, 256, 128, 1), new(56, 128, 128, 3, 2), new(28, 128, 512, 1, Count: 4), new(28, 512, 128, 1, Count: 3),
            new(28, 128, 128, 3, Count: 3), new(56, 256, 512, 1, 2),
            new(28, 512, 256, 1), new(28, 256, 256, 3, 2), new(14, 256, 1024, 1, Count: 6), new(14, 1024, 256, 1, Count: 5),
            new(14, 256, 256, 3, Count: 5), new(28, 512, 1024, 1, 2),
            new(14, 1024, 512, 1), new(14, 512, 512, 3, 2), new(7, 512, 2048, 1, Count: 3), new(7, 2048, 512, 1, Count: 2),
            new(7, 512, 512, 3, Count: 2), new(14, 1024, 2048, 1, 2)]),
        ("resnet18", [
            new(224, 3, 64, 7, 2), new(56, 64, 64, 3, Count: 4), new(56, 64, 128, 3, 2), new(28, 128, 128, 3, Count: 3),
            new(28, 128, 256, 3, 2), new(14, 256, 256, 3, Count: 3), new(14, 256, 512, 3, 2), new(7, 512, 512, 3, Count: 3),
            new(56, 64, 128, 1, 2), new(28, 128, 256, 1, 2), new(14, 256, 512, 1, 2)]),
        ("vgg16", [
            new(224, 3, 64, 3), new(224, 64, 64, 3), new(112, 64, 128, 3), new(112, 128, 128, 3), new(56, 128, 256, 3),
            new(56, 256, 256, 3, Count: 2), new(28, 256, 512, 3), new(28, 512, 512, 3, Count: 2), new(14, 512, 512, 3, Count: 3)]),
        ("alexnet", [
            new(224, 3, 64, 11, 4, Pad: 2), new(27, 64, 192, 5), new(13, 192, 384, 3), new(13, 384, 256, 3), new(13, 256, 256, 3)]),
        ("googlenet", [
            new(224, 3, 64, 7, 2), new(56, 64, 64, 1), new(56, 64, 192, 3),
            new(28, 192, 64, 1), new(28, 192, 96, 1), new(28, 96, 128, 3), new(28, 192, 16, 1), new(28, 16, 32, 5), new(28, 192, 32, 1),
            new(28, 256, 128, 1, Count: 2), new(28, 128, 192, 3), new(28, 256, 32, 1), new(28, 32, 96, 5), new(28, 256, 64, 1),
            new(14, 480, 192, 1), new(14, 480, 96, 1), new(14, 96, 208, 3), new(14, 480, 16, 1), new(14, 16, 48, 5), new(14, 512, 64, 1, Count: 4),
            new(14, 512, 160, 1), new(14, 512, 128, 1, Count: 2), new(14, 128, 256, 3), new(14, 512, 24, 1, Count: 2), new(14, 24, 64, 5, Count: 2),
            new(14, 512, 112, 1, Count: 2), new(14, 144, 288, 3), new(14, 512, 32, 1), new(14, 32, 64, 5),
            new(14, 528, 256, 1), new(14, 528, 160, 1), new(14, 160, 320, 3), new(14, 528, 32, 1), new(14, 32, 128, 5), new(14, 528, 128, 1),
            new(7, 832, 256, 1), new(7, 832, 160, 1), new(7, 160, 320, 3), new(7, 832, 32, 1), new(7, 32, 128, 5), new(7, 832, 128, 1, Count: 2),
            new(7, 832, 384, 1), new(7, 832, 192, 1), new(7, 192, 384, 3), new(7, 832, 48, 1), new(7, 48, 128, 5)]),
        ("narrow", [
            new(112, 32, 32, 3, 1, 32), new(112, 64, 64, 3, 2, 64), new(56, 128, 128, 3, 1, 128), new(56, 128, 128, 3, 2, 128),
            new(28, 256, 256, 3, 1, 256), new(14, 512, 512, 3, 1, 512, 5), new(14, 512, 512, 3, 2, 512), new(7, 1024, 1024, 3, 1, 1024),
            new(56, 128, 128, 3, 1, 32), new(28, 256, 256, 3, 1, 32), new(14, 512, 512, 3, 1, 32), new(7, 1024, 1024, 3, 1, 32)]),
    ];
}
