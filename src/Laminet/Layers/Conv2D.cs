using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of images: each filter slides over the image and gives a feature map, S(i, j) = sum over m, n, c of I(i + m, j + n, c) K(m, n, c) + b. Input (batch, height,
/// width, channels), output (batch, height', width', filters); parameters kernel height * kernel width * channels / groups * filters + filters. (LeCun et al., "Gradient-based
/// learning applied to document recognition", 1998.) Keras: <c>Conv2D</c>; PyTorch: <c>nn.Conv2d</c>.
/// </summary>
/// <inheritdoc cref="Conv{TSize}"/>
public sealed class Conv2D(
    int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = default, ActivationFunction? activation = null,
    bool useBias = true, [SettingName("dilation_rate")] Size2D? dilation = null, int groups = 1, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null)
    : Conv<Size2D>(
        filters, kernelSize, strides, padding, activation, useBias, dilation, groups, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer,
        kernelConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu) =>
        input.Convolution(kernel, bias, Strides.Pair, Padding, Dilation.Pair, Groups, relu);
}
