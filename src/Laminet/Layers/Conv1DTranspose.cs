using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Transposed convolution of sequences, which makes them longer: T(i s + m, f) += I(i, c) K(m, f, c), then + b. Input (batch, length, channels), output (batch, length',
/// filters), where length' is (length - 1) * stride + max(kernel, stride) with valid padding and length * stride with same padding; parameters kernel length * filters *
/// channels + filters. A mask is dropped. Keras: <c>Conv1DTranspose</c>; PyTorch: <c>nn.ConvTranspose1d</c>.
/// </summary>
/// <inheritdoc cref="ConvTranspose{TSize}"/>
public sealed class Conv1DTranspose(
    int filters, Size1D kernelSize, Size1D? strides = null, Padding padding = default, ActivationFunction? activation = null, bool useBias = true,
    Size1D? outputPadding = null, [SettingName("dilation_rate")] Size1D? dilation = null, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null)
    : ConvTranspose<Size1D>(
        filters, kernelSize, strides, padding, activation, useBias, outputPadding, dilation, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer,
        kernelConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel) =>
        input.TransposedConvolution1D(kernel, Strides.Length, Padding, OutputPadding?.Length, Dilation.Length);
}
