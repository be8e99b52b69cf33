using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Architectures;

/// <summary>What the architectures are put together from.</summary>
internal static class Chain
{
    /// <summary>The layers one after the other.</summary>
    public static SymbolicTensor Then(this SymbolicTensor input, params ReadOnlySpan<Layer> layers)
    {
        foreach (Layer layer in layers)
            input = layer.Call(input);
        return input;
    }

    /// <summary>A convolution with the border that keeps the size at stride 1, and a batch normalisation with PyTorch's momentum.</summary>
    public static SymbolicTensor NormalizedConvolution(
        this SymbolicTensor input, int filters, int kernelSize, int stride = 1, bool relu = true, double epsilon = 1e-5)
    {
        SymbolicTensor normalized = input.Then(
            new Conv2D(filters, kernelSize, stride, Padding.Explicit(kernelSize / 2), useBias: false),
            new BatchNormalization(momentum: 0.9, epsilon: epsilon));
        return relu ? normalized.Then(new Activation("relu")) : normalized;
    }
}
