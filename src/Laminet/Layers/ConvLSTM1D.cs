using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Long short-term memory over sequences of series: the products with the kernels are convolutions. Input (batch, time, width, channels), output the last
/// maps (batch, width', filters), or all (batch, time, width', filters). Weights: kernel (width, channels, 4 * filters), recurrent_kernel
/// (width, filters, 4 * filters), bias (4 * filters), the gates in the order i, f, g, o. The recurrent convolution keeps the width of the maps.
/// (Shi et al., "Convolutional LSTM network", NIPS 2015.)
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
/// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
public sealed class ConvLSTM1D(
    int filters, int kernelSize, int strides = 1, Padding padding = default, [SettingName("dilation_rate")] int dilation = 1,
    ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true, Initializer? kernelInitializer = null,
    Initializer? recurrentInitializer = null, Initializer? biasInitializer = null, bool unitForgetBias = true, Regularizer? kernelRegularizer = null,
    Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null, Constraint? recurrentConstraint = null,
    Constraint? biasConstraint = null, double dropout = 0, double recurrentDropout = 0, bool returnSequences = false, bool returnState = false,
    bool goBackwards = false, bool stateful = false, bool zeroOutputForMask = false)
    : UnitRecurrence(
        new ConvLSTMCell(
            1, filters, (1, kernelSize), (1, strides), padding, (1, dilation), activation, recurrentActivation, useBias, kernelInitializer, recurrentInitializer,
            biasInitializer, unitForgetBias, kernelRegularizer, recurrentRegularizer, biasRegularizer, kernelConstraint, recurrentConstraint, biasConstraint,
            dropout, recurrentDropout),
        returnSequences, returnState, goBackwards, stateful, zeroOutputForMask)
{
    /// <summary>How many maps come out.</summary>
    public int Filters => Own.Units;

    /// <summary>The width of the kernels.</summary>
    public int KernelSize => Own.KernelSize.Width;

    /// <summary>Steps of the convolution of the input; 1 by default.</summary>
    public int Strides => Own.Strides.Width;

    /// <summary>The border in the convolution of the input: none by default, or <see cref="Padding.Same"/>.</summary>
    public Padding Padding => Own.Padding;

    /// <summary>Distance between the cells of the kernel in the convolution of the input; 1 by default.</summary>
    public int Dilation => Own.Dilation.Width;

    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation => Own.RecurrentActivation;

    /// <summary>Whether the bias of the forget gate begins with 1, so that at first nothing is forgotten.</summary>
    public bool UnitForgetBias => Own.UnitForgetBias;

    private protected override int InputRank => 4;

    private protected override string InputAxes => "(batch, time, width, channels)";

    private ConvLSTMCell Own => (ConvLSTMCell)Inner;
}
