using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What <see cref="SeparableConv1D"/> and <see cref="SeparableConv2D"/> share: every channel is convolved alone, then each filter mixes the channels of a cell.
/// It takes the place of a convolution with far fewer weights. Paper: Chollet 2017, "Xception".
/// </summary>
/// <typeparam name="TSize">The size of kernels and steps, which says how many spatial axes there are.</typeparam>
/// <param name="filters">How many feature maps come out.</param>
/// <param name="kernelSize">The length of the kernels along each spatial axis.</param>
/// <param name="strides">Steps along each spatial axis; 1 by default.</param>
/// <param name="padding">The border: <see cref="Padding.Valid"/> (none) by default, or <see cref="Padding.Same"/>; for sequences also <see cref="Padding.Causal"/>.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether one number a filter is added.</param>
/// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
/// <param name="depthMultiplier">How many maps each channel gives before they are mixed.</param>
/// <param name="depthwiseInitializer">First values of the channels' kernels; Glorot uniform by default.</param>
/// <param name="pointwiseInitializer">First values of the matrix that mixes; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of the bias; zeros by default.</param>
/// <param name="depthwiseRegularizer">A penalty on the channels' kernels.</param>
/// <param name="pointwiseRegularizer">A penalty on the matrix that mixes.</param>
/// <param name="biasRegularizer">A penalty on the bias.</param>
/// <param name="depthwiseConstraint">A rule that the channels' kernels keep in training.</param>
/// <param name="pointwiseConstraint">A rule that the matrix that mixes keeps in training.</param>
/// <param name="biasConstraint">A rule that the bias keeps in training.</param>
public abstract class SeparableConv<TSize>(
    int filters, TSize kernelSize, TSize? strides, Padding padding, ActivationFunction? activation, bool useBias, TSize? dilation, int depthMultiplier,
    Initializer? depthwiseInitializer, Initializer? pointwiseInitializer, Initializer? biasInitializer, Regularizer? depthwiseRegularizer,
    Regularizer? pointwiseRegularizer, Regularizer? biasRegularizer,
    Constraint? depthwiseConstraint, Constraint? pointwiseConstraint, Constraint? biasConstraint)
    : Convolutional<TSize>(kernelSize, strides, padding, activation, useBias, dilation, biasInitializer, biasRegularizer, biasConstraint)
    where TSize : struct, ISpatialSize<TSize>
{
    private Variable? depthwise, pointwise;

    public int Filters { get; } = Setting.Require(filters, filters >= 1, "1 or more");
    public int DepthMultiplier { get; } = Setting.Require(depthMultiplier, depthMultiplier >= 1, "1 or more");
    public Initializer DepthwiseInitializer { get; } = depthwiseInitializer ?? new GlorotUniform();
    public Initializer PointwiseInitializer { get; } = pointwiseInitializer ?? new GlorotUniform();
    public Regularizer? DepthwiseRegularizer { get; } = depthwiseRegularizer;
    public Constraint? DepthwiseConstraint { get; } = depthwiseConstraint;
    public Regularizer? PointwiseRegularizer { get; } = pointwiseRegularizer;
    public Constraint? PointwiseConstraint { get; } = pointwiseConstraint;

    private protected sealed override int AddKernels(int channels)
    {
        depthwise = AddWeight(
            "depthwise_kernel", [.. KernelSize.Lengths, channels, DepthMultiplier], DepthwiseInitializer, regularizer: DepthwiseRegularizer, constraint: DepthwiseConstraint);
        pointwise = AddWeight(
            "pointwise_kernel", [.. TSize.Cube(1).Lengths, channels * DepthMultiplier, Filters], PointwiseInitializer, regularizer: PointwiseRegularizer, constraint: PointwiseConstraint);
        return Filters;
    }

    private protected sealed override Tensor Convolve(Tensor input, Variable? bias, bool relu)
    {
        (Tensor repeated, Tensor kernels) = Spatial.Depthwise(input, depthwise!.Value);
        return Convolve(repeated, kernels, pointwise!.Value, bias?.Value, relu);
    }

    private protected abstract Tensor Convolve(Tensor input, Tensor depthwise, Tensor pointwise, Tensor? bias, bool relu);
}
