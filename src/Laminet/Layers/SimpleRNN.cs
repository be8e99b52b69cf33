using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;

namespace Laminet.Layers;

/// <summary>
/// A <see cref="SimpleRNNCell"/> over sequences: at each step h' = activation(x W + h U + b). Input and output: (batch, time, features) to the last output, (batch, units), or
/// to all, (batch, time, units). (Elman, "Finding structure in time", 1990.) Keras: <c>SimpleRNN</c>; PyTorch: <c>nn.RNN</c>.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
/// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
public sealed class SimpleRNN(
    int units, ActivationFunction? activation = null, bool useBias = true, Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? recurrentConstraint = null, Constraint? biasConstraint = null, double dropout = 0,
    double recurrentDropout = 0, bool returnSequences = false, bool returnState = false, bool goBackwards = false, bool stateful = false,
    bool zeroOutputForMask = false)
    : UnitRecurrence(
        new SimpleRNNCell(
            units, activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer, recurrentRegularizer, biasRegularizer,
            kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout),
        returnSequences, returnState, goBackwards, stateful, zeroOutputForMask);
