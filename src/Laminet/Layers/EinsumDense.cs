using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A dense layer whose product is an equation: y = activation(einsum(equation, x, W) + b). <c>new EinsumDense("abc,cd->abd", [null, 64])</c> is a Dense(64) of each step;
/// <c>"...x,xy->...y"</c> one of any number of steps. The kernel has the lengths of its letters. Keras: <c>EinsumDense</c>.
/// </summary>
/// <param name="equation">Two terms and a result, as in <c>ab,bc->ac</c>; the first may begin or end with <c>...</c>, and the result with it. The first axis is the batch.</param>
/// <param name="outputShape">The lengths of the output's letters without the batch and without those of <c>...</c>; null where it is the input's.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="biasAxes">The letters of the output along which b has numbers, as in "d"; no bias by default.</param>
/// <param name="kernelInitializer">First values of W; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of b; zeros by default.</param>
/// <param name="kernelRegularizer">A penalty on W.</param>
/// <param name="biasRegularizer">A penalty on b.</param>
/// <param name="kernelConstraint">A rule that W keeps in training.</param>
/// <param name="biasConstraint">A rule that b keeps in training.</param>
public sealed class EinsumDense(
    string equation, PartialShape outputShape, ActivationFunction? activation = null, string? biasAxes = null, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null) : Layer
{
    private Variable? kernel, bias;

    public string Equation { get; } = EinsumDenseShapes.Checked(equation);
    public PartialShape OutputShape { get; } = outputShape ?? throw new ArgumentNullException(nameof(outputShape));
    public ActivationFunction Activation { get; } = activation ?? ActivationFunction.Linear;
    public string? BiasAxes { get; } = biasAxes;
    public Initializer KernelInitializer { get; } = kernelInitializer ?? new GlorotUniform();
    public Initializer BiasInitializer { get; } = biasInitializer ?? new Zeros();
    public Regularizer? KernelRegularizer { get; } = kernelRegularizer;
    public Regularizer? BiasRegularizer { get; } = biasRegularizer;
    public Constraint? KernelConstraint { get; } = kernelConstraint;
    public Constraint? BiasConstraint { get; } = biasConstraint;

    protected override void Build(Shape input)
    {
        EinsumDenseShapes shapes = new(Equation, input, OutputShape);
        kernel = AddWeight("kernel", shapes.Kernel, KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        bias = BiasAxes is null ? null : AddWeight("bias", shapes.Bias(BiasAxes), BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint);
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        Tensor product = Tensor.Einsum(Equation, input, kernel!.Value);
        return Activation.Call(bias is null ? product : product + bias.Value);
    }
}
