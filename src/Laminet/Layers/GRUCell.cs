using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A step of gated recurrent units: h' = z h + (1 - z) g, with the gates z, r = recurrent activation(x W + b + h U + d) and the candidate g = activation(x W + b + r (h U +
/// d)). The columns of W, U, b and d are those of z, r, g; the bias is (2, 3 * units), b above d. Without reset after, g = activation(x W + b + (r h) U) and the bias is b
/// alone. Parameters 3 * (features + units + 2) * units, or 3 * (features + units + 1) * units. (Cho et al., "Learning phrase representations using RNN encoder-decoder for
/// statistical machine translation", 2014.) Keras: <c>GRUCell</c>; PyTorch: <c>nn.GRUCell</c>.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
public sealed class GRUCell(
    int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
    Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null, Initializer? biasInitializer = null,
    Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null,
    Constraint? recurrentConstraint = null, Constraint? biasConstraint = null, double dropout = 0, double recurrentDropout = 0, bool resetAfter = true)
    : UnitCell(
        3, units, activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer, recurrentRegularizer, biasRegularizer,
        kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout)
{
    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation { get; } = recurrentActivation ?? "sigmoid";

    /// <summary>Whether r is applied after the product with U. cuDNN and PyTorch do so too.</summary>
    public bool ResetAfter { get; } = resetAfter;

    private protected override Shape BiasShape => ResetAfter ? [2, 3 * Units] : [3 * Units];

    private protected override Tensor? InputBias => ResetAfter ? Bias?.Value.At(0) : Bias?.Value;

    private Tensor? RecurrentBias => ResetAfter ? Bias?.Value.At(1) : null;

    private protected override bool HasBlock => ResetAfter && Is(Activation, "tanh") && Is(RecurrentActivation, "sigmoid");

    private protected override Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen)
    {
        Tensor[] inputs = projected.Split(3);
        Tensor recurrent = RecurrentKernel!.Value, update, reset, candidate;
        if (ResetAfter)
        {
            Tensor product = seen.MatMul(recurrent);
            Tensor[] sums = (RecurrentBias is { } bias ? product + bias : product).Split(3);
            (update, reset) = (RecurrentActivation.Call(inputs[0] + sums[0]), RecurrentActivation.Call(inputs[1] + sums[1]));
            candidate = inputs[2] + (reset * sums[2]);
        }
        else
        {
            Tensor[] sums = seen.MatMul(recurrent[.., ..(2 * Units)]).Split(2);
            (update, reset) = (RecurrentActivation.Call(inputs[0] + sums[0]), RecurrentActivation.Call(inputs[1] + sums[1]));
            candidate = inputs[2] + (reset * seen).MatMul(recurrent[.., (2 * Units)..]);
        }

        return (update * states[0]) + ((1 - update) * Activation.Call(candidate));
    }

    private protected override (Tensor Outputs, Bundle<Tensor> States) Recur(Tensor projected, RecurrentPass pass)
    {
        (Tensor outputs, Tensor state) = projected.GatedRecurrence(
            RecurrentKernel!.Value, RecurrentBias ?? Tensor.Zeros([3 * Units], DType), pass.States[0], pass.Mask, pass.Reverse);
        return (outputs, state);
    }
}
