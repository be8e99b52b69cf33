using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of each channel of a sequence alone: S(i, c q + r) = sum over m of I(i + m, c) K(m, c, r) + b. Input (batch, length, channels), output (batch, length', channels
/// * q) with the depth multiplier q; parameters (kernel length + 1) * channels * q. A mask is dropped. Keras: <c>DepthwiseConv1D</c>.
/// </summary>
/// <inheritdoc cref="DepthwiseConv{TSize}"/>
public sealed class DepthwiseConv1D(
    Size1D kernelSize, Size1D? strides = null, Padding padding = default, int depthMultiplier = 1, ActivationFunction? activation = null, bool useBias = true,
    [SettingName("dilation_rate")] Size1D? dilation = null, Initializer? depthwiseInitializer = null, Initializer? biasInitializer = null,
    Regularizer? depthwiseRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? depthwiseConstraint = null, Constraint? biasConstraint = null)
    : DepthwiseConv<Size1D>(
        kernelSize, strides, padding, depthMultiplier, activation, useBias, dilation, depthwiseInitializer, biasInitializer, depthwiseRegularizer, biasRegularizer,
        depthwiseConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu) =>
        input.Convolution1D(kernel, bias, Strides.Length, Padding, Dilation.Length, input.Shape[-1], relu);
}
