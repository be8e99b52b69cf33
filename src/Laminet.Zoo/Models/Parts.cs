using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>What the networks are put together from. A name is that of the layer with the weights.</summary>
internal static class Parts
{
    /// <summary>The layers one after the other.</summary>
    public static SymbolicTensor Then(this SymbolicTensor input, params ReadOnlySpan<Layer> layers)
    {
        foreach (Layer layer in layers)
            input = layer.Call(input);
        return input;
    }

    /// <summary>A convolution; by default with the border that keeps the size at stride 1, alike on both sides, as in PyTorch, and with He's first values.</summary>
    public static SymbolicTensor Convolve(
        this SymbolicTensor input, string name, int filters, Size2D size, int stride = 1, Padding? padding = null, bool useBias = false, ActivationFunction? activation = null, int groups = 1,
        Initializer? initializer = null) =>
        input.Then(new Conv2D(filters, size, stride, padding ?? Around(size), activation, useBias, groups: groups, kernelInitializer: initializer ?? new HeNormal()) { Name = name });

    /// <summary>A convolution of each channel alone.</summary>
    public static SymbolicTensor Depthwise(this SymbolicTensor input, string name, int size, int stride = 1, Padding? padding = null) =>
        input.Then(new DepthwiseConv2D(size, stride, padding ?? Around(size), useBias: false, depthwiseInitializer: new HeNormal()) { Name = name });

    /// <summary>The sum of two tensors.</summary>
    public static SymbolicTensor Plus(this SymbolicTensor one, SymbolicTensor other) => new Add().Call([one, other]);

    /// <summary>
    /// The largest number of each window, with a last window that hangs over the edge if it begins inside: the ceil mode of PyTorch and Caffe.
    /// </summary>
    public static SymbolicTensor MaxPoolToEdge(this SymbolicTensor input, int size, int stride)
    {
        return input.Then(new MaxPooling2D(size, stride, Padding.Explicit((0, Over(input.Shape[0])), (0, Over(input.Shape[1])))));

        int Over(int length)
        {
            int last = (Math.Max(0, length - size) + stride - 1) / stride * stride;
            return last >= length ? 0 : Math.Max(0, last + size - length);
        }
    }

    /// <summary>The rounding of numbers of channels to a multiple of 8 that MobileNets use, at most 10 % down.</summary>
    public static int Channels(double wanted)
    {
        int rounded = Math.Max(8, (int)(wanted + 4) / 8 * 8);
        return rounded < 0.9 * wanted ? rounded + 8 : rounded;
    }

    /// <exception cref="ArgumentException">The network does not have this layout.</exception>
    public static ModelLayout Among(this ModelLayout layout, string network, params ReadOnlySpan<ModelLayout> known) => known.Contains(layout)
        ? layout
        : throw new ArgumentException($"{network} has no layout {layout}; expected {string.Join(" or ", known.ToArray())}.", nameof(layout));

    /// <summary>Half a window on each side.</summary>
    public static Padding Around(Size2D size) => Padding.Explicit((size.Height / 2, size.Height / 2), (size.Width / 2, size.Width / 2));
}
