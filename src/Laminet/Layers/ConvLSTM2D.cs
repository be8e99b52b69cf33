using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Long short-term memory over sequences of images: the products with the kernels are convolutions, here written with *. c' = f c + i g and h' = o activation(c'), with the
/// gates i, f, o = recurrent activation(x * W + h * U + b) and the candidate g = activation(x * W + h * U + b). Input (batch, time, height, width, channels), output the last
/// maps (batch, height', width', filters), or all (batch, time, height', width', filters). Weights: kernel (height, width, channels, 4 * filters), recurrent_kernel (height,
/// width, filters, 4 * filters), bias (4 * filters), the gates in the order i, f, g, o. The recurrent convolution keeps the size of the maps. (Shi et al., "Convolutional LSTM
/// network: a machine learning approach for precipitation nowcasting", NIPS 2015.) Keras: <c>ConvLSTM2D</c>.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
/// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
public sealed class ConvLSTM2D(
    int filters, Size2D kernelSize, Size2D? strides = null, Padding padding = default, [SettingName("dilation_rate")] Size2D? dilation = null,
    ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true, Initializer? kernelInitializer = null,
    Initializer? recurrentInitializer = null, Initializer? biasInitializer = null, bool unitForgetBias = true, Regularizer? kernelRegularizer = null,
    Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null, Constraint? recurrentConstraint = null,
    Constraint? biasConstraint = null, double dropout = 0, double recurrentDropout = 0, bool returnSequences = false, bool returnState = false,
    bool goBackwards = false, bool stateful = false, bool zeroOutputForMask = false)
    : ConvLSTM<Size2D>(
        new ConvLSTMCell<Size2D>(
            (x, kernel, bias, steps, border, spacing) => x.Convolution(kernel, bias, steps.Pair, border, spacing.Pair),
            filters, kernelSize, strides, padding, dilation, activation, recurrentActivation, useBias, kernelInitializer, recurrentInitializer, biasInitializer,
            unitForgetBias, kernelRegularizer, recurrentRegularizer, biasRegularizer, kernelConstraint, recurrentConstraint, biasConstraint, dropout,
            recurrentDropout),
        returnSequences, returnState, goBackwards, stateful, zeroOutputForMask);
