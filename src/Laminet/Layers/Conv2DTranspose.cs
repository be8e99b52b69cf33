using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Transposed convolution of images, which makes them larger, as in decoders and generators: T(i s + m, j s + n, f) += I(i, j, c) K(m, n, f, c), then + b. Input (batch,
/// height, width, channels), output (batch, height', width', filters), where height' is (height - 1) * stride + max(kernel, stride) with valid padding and height * stride with
/// same padding; parameters kernel height * kernel width * filters * channels + filters. Keras: <c>Conv2DTranspose</c>; PyTorch: <c>nn.ConvTranspose2d</c>.
/// </summary>
/// <inheritdoc cref="ConvTranspose{TSize}"/>
public sealed class Conv2DTranspose(
    int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = default, ActivationFunction? activation = null, bool useBias = true,
    Size2D? outputPadding = null, [SettingName("dilation_rate")] Size2D? dilation = null, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null)
    : ConvTranspose<Size2D>(
        filters, kernelSize, strides, padding, activation, useBias, outputPadding, dilation, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer,
        kernelConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel) =>
        input.TransposedConvolution(kernel, Strides.Pair, Padding, OutputPadding?.Pair, Dilation.Pair);
}
