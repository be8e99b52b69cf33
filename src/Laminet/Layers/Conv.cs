using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What <see cref="Conv1D"/>, <see cref="Conv2D"/> and <see cref="Conv3D"/> share: each filter slides over the input and gives a feature map.</summary>
/// <typeparam name="TSize">The size of kernels and steps, which says how many spatial axes there are.</typeparam>
/// <param name="filters">How many feature maps come out.</param>
/// <param name="kernelSize">The length of the kernels along each spatial axis.</param>
/// <param name="strides">Steps along each spatial axis; 1 by default.</param>
/// <param name="padding">The border: <see cref="Padding.Valid"/> (none) by default, or <see cref="Padding.Same"/>; for sequences also <see cref="Padding.Causal"/>.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether one number a filter is added.</param>
/// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
/// <param name="groups">Channels and filters are split into so many groups that do not see each other.</param>
/// <param name="kernelInitializer">First values of the kernels; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of the bias; zeros by default.</param>
/// <param name="kernelRegularizer">A penalty on the kernels.</param>
/// <param name="biasRegularizer">A penalty on the bias.</param>
/// <param name="kernelConstraint">A rule that the kernels keep in training.</param>
/// <param name="biasConstraint">A rule that the bias keeps in training.</param>
public abstract class Conv<TSize>(
    int filters, TSize kernelSize, TSize? strides, Padding padding, ActivationFunction? activation, bool useBias, TSize? dilation, int groups,
    Initializer? kernelInitializer, Initializer? biasInitializer, Regularizer? kernelRegularizer, Regularizer? biasRegularizer,
    Constraint? kernelConstraint, Constraint? biasConstraint)
    : Convolutional<TSize>(kernelSize, strides, padding, activation, useBias, dilation, biasInitializer, biasRegularizer, biasConstraint)
    where TSize : struct, ISpatialSize<TSize>
{
    private Variable? kernel;

    public int Filters { get; } = Setting.Require(filters, filters >= 1, "1 or more");
    public int Groups { get; } = Setting.Require(groups, groups >= 1 && filters % groups == 0, $"1 or more, which divide the {filters} filters");
    public Initializer KernelInitializer { get; } = kernelInitializer ?? new GlorotUniform();
    public Regularizer? KernelRegularizer { get; } = kernelRegularizer;
    public Constraint? KernelConstraint { get; } = kernelConstraint;

    private protected sealed override int AddKernels(int channels)
    {
        if (channels % Groups != 0)
            throw new ShapeException($"received {channels} channels; {Groups} groups do not divide them.");
        kernel = AddWeight("kernel", [.. KernelSize.Lengths, channels / Groups, Filters], KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        return Filters;
    }

    private protected sealed override Tensor Convolve(Tensor input, Variable? bias, bool relu) => Convolve(input, kernel!.Value, bias?.Value, relu);

    private protected abstract Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu);
}
