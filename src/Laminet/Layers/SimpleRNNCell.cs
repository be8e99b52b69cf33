using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A step of a simple recurrence: h' = activation(x W + h U + b). Its output is its state. Parameters (features + units + 1) * units. (Elman, "Finding structure in time",
/// 1990.) Keras: <c>SimpleRNNCell</c>; PyTorch: <c>nn.RNNCell</c>.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
public sealed class SimpleRNNCell(
    int units, ActivationFunction? activation = null, bool useBias = true, Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? recurrentConstraint = null, Constraint? biasConstraint = null, double dropout = 0,
    double recurrentDropout = 0)
    : UnitCell(
        1, units, activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer, recurrentRegularizer, biasRegularizer,
        kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout)
{
    private protected override bool HasBlock => Is(Activation, "tanh");

    private protected override Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen) =>
        Activation.Call(projected + seen.MatMul(RecurrentKernel!.Value));

    private protected override (Tensor Outputs, Bundle<Tensor> States) Recur(Tensor projected, RecurrentPass pass)
    {
        (Tensor outputs, Tensor state) = projected.SimpleRecurrence(RecurrentKernel!.Value, pass.States[0], pass.Mask, pass.Reverse);
        return (outputs, state);
    }
}
