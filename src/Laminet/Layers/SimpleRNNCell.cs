using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A step of a simple recurrence: h' = activation(x W + h U + b). Its output is its state. Parameters (features + units + 1) * units.
/// (Elman, "Finding structure in time", 1990.)
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, double, double)"/>
public sealed class SimpleRNNCell(
    int units, ActivationFunction? activation = null, bool useBias = true, Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null,
    double dropout = 0, double recurrentDropout = 0)
    : UnitCell(1, units, activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer, recurrentRegularizer, biasRegularizer, dropout, recurrentDropout)
{
    private protected override Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen) =>
        Activation.Call(projected + seen.MatMul(RecurrentKernel!.Value));
}
