using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What <see cref="DepthwiseConv1D"/> and <see cref="DepthwiseConv2D"/> share: every channel is convolved alone, with kernels of its own, into one or more maps.
/// The maps of a channel lie beside each other.
/// </summary>
/// <typeparam name="TSize">The size of kernels and steps, which says how many spatial axes there are.</typeparam>
/// <param name="kernelSize">The length of the kernels along each spatial axis.</param>
/// <param name="strides">Steps along each spatial axis; 1 by default.</param>
/// <param name="padding">The border: <see cref="Padding.Valid"/> (none) by default, or <see cref="Padding.Same"/>; for sequences also <see cref="Padding.Causal"/>.</param>
/// <param name="depthMultiplier">How many maps each channel gives.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether one number a map is added.</param>
/// <param name="dilation">Distance between the kernel's cells; 1 by default.</param>
/// <param name="depthwiseInitializer">First values of the kernels; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of the bias; zeros by default.</param>
/// <param name="depthwiseRegularizer">A penalty on the kernels.</param>
/// <param name="biasRegularizer">A penalty on the bias.</param>
/// <param name="depthwiseConstraint">A rule that the kernels keep in training.</param>
/// <param name="biasConstraint">A rule that the bias keeps in training.</param>
public abstract class DepthwiseConv<TSize>(
    TSize kernelSize, TSize? strides, Padding padding, int depthMultiplier, ActivationFunction? activation, bool useBias, TSize? dilation,
    Initializer? depthwiseInitializer, Initializer? biasInitializer, Regularizer? depthwiseRegularizer, Regularizer? biasRegularizer,
    Constraint? depthwiseConstraint, Constraint? biasConstraint)
    : Convolutional<TSize>(kernelSize, strides, padding, activation, useBias, dilation, biasInitializer, biasRegularizer, biasConstraint)
    where TSize : struct, ISpatialSize<TSize>
{
    private Variable? kernel;

    public int DepthMultiplier { get; } = Setting.Require(depthMultiplier, depthMultiplier >= 1, "1 or more");
    public Initializer DepthwiseInitializer { get; } = depthwiseInitializer ?? new GlorotUniform();
    public Regularizer? DepthwiseRegularizer { get; } = depthwiseRegularizer;
    public Constraint? DepthwiseConstraint { get; } = depthwiseConstraint;

    private protected sealed override int AddKernels(int channels)
    {
        kernel = AddWeight("kernel", [.. KernelSize.Lengths, channels, DepthMultiplier], DepthwiseInitializer, regularizer: DepthwiseRegularizer, constraint: DepthwiseConstraint);
        return channels * DepthMultiplier;
    }

    private protected sealed override Tensor Convolve(Tensor input, Variable? bias, bool relu)
    {
        (Tensor repeated, Tensor kernels) = Spatial.Depthwise(input, kernel!.Value);
        return Convolve(repeated, kernels, bias?.Value, relu);
    }

    private protected abstract Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu);
}
