using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of each channel of an image alone: S(i, j, c q + r) = sum over m, n of I(i + m, j + n, c) K(m, n, c, r) + b. Input (batch, height, width, channels), output
/// (batch, height', width', channels * q) with the depth multiplier q; parameters (kernel height * kernel width + 1) * channels * q. (Howard et al., "MobileNets: efficient
/// convolutional neural networks for mobile vision applications", 2017.) Keras: <c>DepthwiseConv2D</c>.
/// </summary>
/// <inheritdoc cref="DepthwiseConv{TSize}"/>
public sealed class DepthwiseConv2D(
    Size2D kernelSize, Size2D? strides = null, Padding padding = default, int depthMultiplier = 1, ActivationFunction? activation = null, bool useBias = true,
    [SettingName("dilation_rate")] Size2D? dilation = null, Initializer? depthwiseInitializer = null, Initializer? biasInitializer = null,
    Regularizer? depthwiseRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? depthwiseConstraint = null, Constraint? biasConstraint = null)
    : DepthwiseConv<Size2D>(
        kernelSize, strides, padding, depthMultiplier, activation, useBias, dilation, depthwiseInitializer, biasInitializer, depthwiseRegularizer, biasRegularizer,
        depthwiseConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu) =>
        input.Convolution(kernel, bias, Strides.Pair, Padding, Dilation.Pair, input.Shape[-1], relu);
}
