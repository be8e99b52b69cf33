using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Long short-term memory over sequences of images: the products with the kernels are convolutions. Input (batch, time, height, width, channels), output the last
/// maps (batch, height', width', filters), or all (batch, time, height', width', filters). Weights: kernel (height, width, channels, 4 * filters), recurrent_kernel
/// (height, width, filters, 4 * filters), bias (4 * filters), the gates in the order i, f, g, o. The recurrent convolution keeps the size of the maps.
/// (Shi et al., "Convolutional LSTM network", NIPS 2015.)
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
    : UnitRecurrence(
        new ConvLSTMCell(
            2, filters, kernelSize, strides ?? 1, padding, dilation ?? 1, activation, recurrentActivation, useBias, kernelInitializer, recurrentInitializer,
            biasInitializer, unitForgetBias, kernelRegularizer, recurrentRegularizer, biasRegularizer, kernelConstraint, recurrentConstraint, biasConstraint,
            dropout, recurrentDropout),
        returnSequences, returnState, goBackwards, stateful, zeroOutputForMask)
{
    /// <summary>How many maps come out.</summary>
    public int Filters => Own.Units;

    /// <summary>Height and width of the kernels.</summary>
    public Size2D KernelSize => Own.KernelSize;

    /// <summary>Steps of the convolution of the input; 1 by default.</summary>
    public Size2D Strides => Own.Strides;

    /// <summary>The border in the convolution of the input: none by default, or <see cref="Padding.Same"/>.</summary>
    public Padding Padding => Own.Padding;

    /// <summary>Distance between the cells of the kernel in the convolution of the input; 1 by default.</summary>
    public Size2D Dilation => Own.Dilation;

    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation => Own.RecurrentActivation;

    /// <summary>Whether the bias of the forget gate begins with 1, so that at first nothing is forgotten.</summary>
    public bool UnitForgetBias => Own.UnitForgetBias;

    private protected override int InputRank => 5;

    private protected override string InputAxes => "(batch, time, height, width, channels)";

    private ConvLSTMCell Own => (ConvLSTMCell)Inner;
}
