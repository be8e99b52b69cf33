using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;

namespace Laminet.Layers;

/// <summary>
/// A <see cref="GRUCell"/> over sequences: at each step h' = z h + (1 - z) g, with the gates z, r = recurrent activation(x W + b + h U + d) and the candidate g = activation(x
/// W + b + r (h U + d)). Input and output: (batch, time, features) to the last output, (batch, units), or to all, (batch, time, units). (Cho et al., "Learning phrase
/// representations using RNN encoder-decoder for statistical machine translation", 2014.) Keras: <c>GRU</c>; PyTorch: <c>nn.GRU</c>, whose gates are in the order r, z, g.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
/// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
public sealed class GRU(
    int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
    Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null, Initializer? biasInitializer = null,
    Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null,
    Constraint? recurrentConstraint = null, Constraint? biasConstraint = null, double dropout = 0, double recurrentDropout = 0, bool returnSequences = false,
    bool returnState = false, bool goBackwards = false, bool stateful = false, bool zeroOutputForMask = false, bool resetAfter = true)
    : UnitRecurrence(
        new GRUCell(
            units, activation, recurrentActivation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer,
            recurrentRegularizer, biasRegularizer, kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout, resetAfter),
        returnSequences, returnState, goBackwards, stateful, zeroOutputForMask)
{
    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation => ((GRUCell)Inner).RecurrentActivation;

    /// <summary>Whether the reset gate is applied after the product with the recurrent kernel. cuDNN and PyTorch do so too.</summary>
    public bool ResetAfter => ((GRUCell)Inner).ResetAfter;
}
