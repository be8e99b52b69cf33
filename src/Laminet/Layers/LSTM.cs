using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;

namespace Laminet.Layers;

/// <summary>
/// An <see cref="LSTMCell"/> over sequences: at each step c' = f c + i g and h' = o activation(c'), with the gates i, f, o = recurrent activation(x W + h U + b) and the
/// candidate g = activation(x W + h U + b). Input and output: (batch, time, features) to the last output, (batch, units), or to all, (batch, time, units). (Hochreiter and
/// Schmidhuber, "Long short-term memory", 1997.) Keras: <c>LSTM</c>; PyTorch: <c>nn.LSTM</c>.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
/// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
public sealed class LSTM(
    int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
    Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null, Initializer? biasInitializer = null, bool unitForgetBias = true,
    Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null,
    Constraint? recurrentConstraint = null, Constraint? biasConstraint = null, double dropout = 0, double recurrentDropout = 0, bool returnSequences = false,
    bool returnState = false, bool goBackwards = false, bool stateful = false, bool zeroOutputForMask = false)
    : UnitRecurrence(
        new LSTMCell(
            units, activation, recurrentActivation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, unitForgetBias, kernelRegularizer,
            recurrentRegularizer, biasRegularizer, kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout),
        returnSequences, returnState, goBackwards, stateful, zeroOutputForMask)
{
    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation => ((LSTMCell)Inner).RecurrentActivation;

    /// <summary>Whether the bias of the forget gate begins with 1, so that at first nothing is forgotten.</summary>
    public bool UnitForgetBias => ((LSTMCell)Inner).UnitForgetBias;
}
