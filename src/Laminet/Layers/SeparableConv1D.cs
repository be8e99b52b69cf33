using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Separable convolution of sequences: each channel alone over time, then across channels. D(i, c q + r) = sum over m of I(i + m, c) K(m, c, r), then S(i, f) = sum over d of
/// D(i, d) P(d, f) + b with the depth multiplier q. Input (batch, length, channels), output (batch, length', filters); parameters kernel length * channels * depthMultiplier +
/// channels * depthMultiplier * filters + filters. A mask is dropped. (Chollet, "Xception: deep learning with depthwise separable convolutions", CVPR 2017.) Keras:
/// <c>SeparableConv1D</c>.
/// </summary>
/// <inheritdoc cref="SeparableConv{TSize}"/>
public sealed class SeparableConv1D(
    int filters, Size1D kernelSize, Size1D? strides = null, Padding padding = default, ActivationFunction? activation = null, bool useBias = true,
    [SettingName("dilation_rate")] Size1D? dilation = null, int depthMultiplier = 1, Initializer? depthwiseInitializer = null,
    Initializer? pointwiseInitializer = null, Initializer? biasInitializer = null, Regularizer? depthwiseRegularizer = null,
    Regularizer? pointwiseRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? depthwiseConstraint = null, Constraint? pointwiseConstraint = null, Constraint? biasConstraint = null)
    : SeparableConv<Size1D>(
        filters, kernelSize, strides, padding, activation, useBias, dilation, depthMultiplier, depthwiseInitializer, pointwiseInitializer, biasInitializer, depthwiseRegularizer, pointwiseRegularizer, biasRegularizer,
        depthwiseConstraint, pointwiseConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor depthwise, Tensor pointwise, Tensor? bias, bool relu) =>
        input.Convolution1D(depthwise, stride: Strides.Length, padding: Padding, dilation: Dilation.Length, groups: input.Shape[-1])
        .Convolution1D(pointwise, bias, relu: relu);
}
