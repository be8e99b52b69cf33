using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Convolution of sequences: each filter slides over time and gives a sequence of its own, S(i) = sum over m, c of I(i + m, c) K(m, c) + b. Input (batch, length, channels),
/// output (batch, length', filters); parameters kernel length * channels / groups * filters + filters. With <c>padding: "causal"</c> a step sees itself and the steps before it
/// alone. A mask is dropped, as in Keras: neighbours of padding see it. Keras: <c>Conv1D</c>; PyTorch: <c>nn.Conv1d</c>.
/// </summary>
/// <inheritdoc cref="Conv{TSize}"/>
public sealed class Conv1D(
    int filters, Size1D kernelSize, Size1D? strides = null, Padding padding = default, ActivationFunction? activation = null,
    bool useBias = true, [SettingName("dilation_rate")] Size1D? dilation = null, int groups = 1, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null)
    : Conv<Size1D>(
        filters, kernelSize, strides, padding, activation, useBias, dilation, groups, kernelInitializer, biasInitializer, kernelRegularizer, biasRegularizer,
        kernelConstraint, biasConstraint)
{
    private protected override Tensor Convolve(Tensor input, Tensor kernel, Tensor? bias, bool relu) =>
        input.Convolution1D(kernel, bias, Strides.Length, Padding, Dilation.Length, Groups, relu);
}
