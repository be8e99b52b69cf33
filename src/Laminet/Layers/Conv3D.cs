using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of volumes such as films and scans: S(h, i, j) = sum over l, m, n, c of I(h + l, i + m, j + n, c) K(l, m, n, c) + b. Input (batch, depth, height, width,
/// channels), output (batch, depth', height', width', filters); parameters kernel volume * channels / groups * filters + filters. Keras: <c>Conv3D</c>; PyTorch:
/// <c>nn.Conv3d</c>.
/// </summary>
/// <inheritdoc cref="Conv{TSize}"/>
public sealed class Conv3D(
    int filters, Size3D kernelSize, Size3D? strides = null, Padding padding = default, ActivationFunction? activation = null,
    bool useBias = true, [SettingName("dilation_rate")] Size3D? dilation = null, int groups = 1, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null)
    : Conv<Size3D>(
        filters, kernelSize, strides, padding, activation, useBias, dilation, groups, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer,
        kernelConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu) =>
        input.Convolution3D(kernel, bias, Strides.Triple, Padding, Dilation.Triple, Groups, relu);
}
