using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What <see cref="Conv1DTranspose"/>, <see cref="Conv2DTranspose"/> and <see cref="Conv3DTranspose"/> share: the transpose of a convolution. Each cell of the
/// input adds a copy of the kernel, times its value, to a larger output.
/// </summary>
/// <typeparam name="TSize">The size of kernels and steps, which says how many spatial axes there are.</typeparam>
/// <param name="filters">How many feature maps come out.</param>
/// <param name="kernelSize">The length of the kernels along each spatial axis.</param>
/// <param name="strides">Steps of the output along each spatial axis; 1 by default.</param>
/// <param name="padding">The border that is cut off: <see cref="Padding.Valid"/> (nothing) by default, or <see cref="Padding.Same"/>.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether one number a filter is added.</param>
/// <param name="outputPadding">
/// Cells at the end of each axis beyond the smallest output that fits, 0 to stride - 1: several sizes have a convolution of the input's size. By default the
/// output has length * stride cells, and more where the kernel reaches further and padding is valid.
/// </param>
/// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
/// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of the bias; zeros by default.</param>
/// <param name="kernelRegularizer">A penalty on the kernels.</param>
/// <param name="biasRegularizer">A penalty on the bias.</param>
/// <param name="kernelConstraint">A rule that the kernels keep in training.</param>
/// <param name="biasConstraint">A rule that the bias keeps in training.</param>
public abstract class ConvTranspose<TSize>(
    int filters, TSize kernelSize, TSize? strides, Padding padding, ActivationFunction? activation, bool useBias, TSize? outputPadding, TSize? dilation,
    Initializer? kernelInitializer, Initializer? biasInitializer, Regularizer? kernelRegularizer, Regularizer? biasRegularizer,
    Constraint? kernelConstraint, Constraint? biasConstraint)
    : Convolutional<TSize>(kernelSize, strides, padding, activation, useBias, dilation, biasInitializer, biasRegularizer, biasConstraint)
    where TSize : struct, ISpatialSize<TSize>
{
    private Variable? kernel;

    public int Filters { get; } = Setting.Require(filters, filters >= 1, "1 or more");
    public TSize? OutputPadding { get; } = outputPadding;
    public Initializer KernelInitializer { get; } = kernelInitializer ?? new GlorotUniform();
    public Regularizer? KernelRegularizer { get; } = kernelRegularizer;
    public Constraint? KernelConstraint { get; } = kernelConstraint;

    private protected sealed override int AddKernels(int channels)
    {
        kernel = AddWeight("kernel", [.. KernelSize.Lengths, Filters, channels], KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        return Filters;
    }

    private protected sealed override Tensor Convolve(Tensor input, Variable? bias, bool relu)
    {
        Tensor maps = Convolve(input, kernel!.Value);
        maps = bias is null ? maps : maps + bias.Value;
        return relu ? maps.Relu() : maps;
    }

    private protected abstract Tensor Convolve(Tensor input, Tensor kernel);
}
