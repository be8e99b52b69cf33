using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Separable convolution of images: each channel alone over the image, then across channels. D(i, j, c q + r) = sum over m, n of I(i + m, j + n, c) K(m, n, c, r), then S(i, j,
/// f) = sum over d of D(i, j, d) P(d, f) + b with the depth multiplier q. Input (batch, height, width, channels), output (batch, height', width', filters); parameters kernel
/// height * kernel width * channels * depthMultiplier + channels * depthMultiplier * filters + filters. (Chollet, "Xception: deep learning with depthwise separable
/// convolutions", CVPR 2017.) Keras: <c>SeparableConv2D</c>.
/// </summary>
/// <inheritdoc cref="SeparableConv{TSize}"/>
public sealed class SeparableConv2D(
    int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = default, ActivationFunction? activation = null, bool useBias = true,
    [SettingName("dilation_rate")] Size2D? dilation = null, int depthMultiplier = 1, Initializer? depthwiseInitializer = null,
    Initializer? pointwiseInitializer = null, Initializer? biasInitializer = null, Regularizer? depthwiseRegularizer = null,
    Regularizer? pointwiseRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? depthwiseConstraint = null, Constraint? pointwiseConstraint = null, Constraint? biasConstraint = null)
    : SeparableConv<Size2D>(
        filters, kernelSize, strides, padding, activation, useBias, dilation, depthMultiplier, depthwiseInitializer, pointwiseInitializer, biasInitializer, depthwiseRegularizer, pointwiseRegularizer, biasRegularizer,
        depthwiseConstraint, pointwiseConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor depthwise, Tensor pointwise, Tensor? bias, bool relu) =>
        input.Convolution(depthwise, strides: Strides.Pair, padding: Padding, dilation: Dilation.Pair, groups: input.Shape[-1])
        .Convolution(pointwise, bias, relu: relu);
}
