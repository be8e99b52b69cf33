using Laminet.Bench.Architectures;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Convolution = Laminet.Tensors.Ops.Convolution;

namespace Laminet.Bench.Kernels;

/// <summary>A convolution: every different one of the networks, taken from the networks themselves, and a few of other kinds.</summary>
public sealed class ConvolutionCase : Case
{
    private const int Batch = 8;

    private ConvolutionCase(string name, ConvolutionGeometry geometry)
        : base(name, (double)geometry.Batch * geometry.OutHeight * geometry.OutWidth * geometry.KernelLength) => Geometry = geometry;

    internal ConvolutionGeometry Geometry { get; }

    internal nint OutputLength => (nint)Geometry.Batch * Geometry.OutHeight * Geometry.OutWidth * Geometry.OutChannels;

    internal static IEnumerable<ConvolutionCase> All =>
    [
        .. new[] { Photographs.ResNet50, Photographs.Vgg16, Photographs.AlexNet, Photographs.GoogLeNet }.SelectMany(Of),
        .. Of(MnistConvnet.Course),
        Of("depthwise", [Batch, 56, 56, 128], new Conv2D(128, 3, padding: Padding.Explicit(1), groups: 128)),
        Of("grouped", [Batch, 28, 28, 128], new Conv2D(128, 3, padding: Padding.Explicit(1), groups: 32)),
    ];

    private static IEnumerable<ConvolutionCase> Of(Architecture architecture) => Work.Tensors(architecture.Create().Outputs.Only)
        .Where(tensor => tensor.Call.Layer is Conv2D)
        .Select(tensor => Of(architecture.Name, [Batch, .. tensor.Call.Inputs[0].Shape], (Conv2D)tensor.Call.Layer))
        .DistinctBy(one => one.Geometry);

    private static ConvolutionCase Of(string network, Shape image, Conv2D layer)
    {
        Shape kernel = [layer.KernelSize.Height, layer.KernelSize.Width, image[3] / layer.Groups, layer.Filters];
        Window window = Window.Of("Convolution", image, layer.KernelSize.Pair, layer.Strides.Pair, layer.Dilation.Pair, layer.Padding);
        (int height, int width) = window.Positions("Convolution", image);
        string name = $"{network} {string.Join('x', image)}->{layer.Filters} {layer.KernelSize.Height}x{layer.KernelSize.Width} /{layer.Strides.Height}";
        return new ConvolutionCase(name, new Convolution(window, layer.Groups, Relu: false).Geometry(image, kernel, [image[0], height, width, layer.Filters]));
    }
}
