using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A step of long short-term memory: c' = f c + i g and h' = o activation(c'), with the gates i, f, o = recurrent activation(x W + h U + b) and the candidate g = activation(x
/// W + h U + b). The columns of W, U and b are those of i, f, g, o. Output h'; states h', c'. Parameters 4 * (features + units + 1) * units. (Hochreiter and Schmidhuber, "Long
/// short-term memory", 1997; forget gate: Gers, Schmidhuber and Cummins, "Learning to forget: continual prediction with LSTM", 2000.) Keras: <c>LSTMCell</c>; PyTorch:
/// <c>nn.LSTMCell</c>.
/// </summary>
/// <inheritdoc cref="UnitCell(int, int, ActivationFunction?, bool, Initializer?, Initializer?, Initializer?, Regularizer?, Regularizer?, Regularizer?, Constraint?, Constraint?, Constraint?, double, double)"/>
public sealed class LSTMCell(
    int units, ActivationFunction? activation = null, ActivationFunction? recurrentActivation = null, bool useBias = true,
    Initializer? kernelInitializer = null, Initializer? recurrentInitializer = null, Initializer? biasInitializer = null, bool unitForgetBias = true,
    Regularizer? kernelRegularizer = null, Regularizer? recurrentRegularizer = null, Regularizer? biasRegularizer = null, Constraint? kernelConstraint = null,
    Constraint? recurrentConstraint = null, Constraint? biasConstraint = null, double dropout = 0, double recurrentDropout = 0)
    : UnitCell(
        4, units, activation, useBias, kernelInitializer, recurrentInitializer, biasInitializer, kernelRegularizer, recurrentRegularizer, biasRegularizer,
        kernelConstraint, recurrentConstraint, biasConstraint, dropout, recurrentDropout)
{
    /// <summary>The function of the gates; sigmoid by default.</summary>
    public ActivationFunction RecurrentActivation { get; } = recurrentActivation ?? "sigmoid";

    /// <summary>Whether the bias of f begins with 1, so that at first nothing is forgotten.</summary>
    public bool UnitForgetBias { get; } = unitForgetBias;

    private protected override Initializer FirstBias => UnitForgetBias ? new ForgetBias(BiasInitializer) : BiasInitializer;

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> StateShapes(Shape step) => [[Units], [Units]];

    private protected override bool HasBlock => Is(Activation, "tanh") && Is(RecurrentActivation, "sigmoid");

    private protected override Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen) =>
        LongShortTermMemory.Step((projected + seen.MatMul(RecurrentKernel!.Value)).Split(4), states[1], Activation, RecurrentActivation);

    private protected override (Tensor Outputs, Bundle<Tensor> States) Recur(Tensor projected, RecurrentPass pass)
    {
        (Tensor outputs, Tensor state, Tensor cell) = projected.LongShortTermMemory(RecurrentKernel!.Value, pass.States[0], pass.States[1], pass.Mask, pass.Reverse);
        return (outputs, (state, cell));
    }
}
