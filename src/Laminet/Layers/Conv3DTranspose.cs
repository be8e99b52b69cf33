using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Transposed convolution of volumes, which makes them larger: T(h s + l, i s + m, j s + n, f) += I(h, i, j, c) K(l, m, n, f, c), then + b. The lengths are as in
/// <see cref="Conv2DTranspose"/>. Input (batch, depth, height, width, channels), output (batch, depth', height', width', filters); parameters kernel volume * filters *
/// channels + filters. Keras: <c>Conv3DTranspose</c>; PyTorch: <c>nn.ConvTranspose3d</c>.
/// </summary>
/// <inheritdoc cref="ConvTranspose{TSize}"/>
public sealed class Conv3DTranspose(
    int filters, Size3D kernelSize, Size3D? strides = null, Padding padding = default, ActivationFunction? activation = null, bool useBias = true,
    Size3D? outputPadding = null, [SettingName("dilation_rate")] Size3D? dilation = null, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null)
    : ConvTranspose<Size3D>(
        filters, kernelSize, strides, padding, activation, useBias, outputPadding, dilation, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer,
        kernelConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel) =>
        input.TransposedConvolution3D(kernel, Strides.Triple, Padding, OutputPadding?.Triple, Dilation.Triple);
}
