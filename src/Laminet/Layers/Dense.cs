using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Every output sees every input: y = activation(x W + b). Input (batch, ..., features), output (batch, ..., units); parameters features * units + units. Keras: <c>Dense</c>;
/// PyTorch: <c>nn.Linear</c>, whose weight is the transpose of W.
/// </summary>
/// <param name="units">How many numbers come out.</param>
/// <param name="activation">The function at the end; none by default.</param>
/// <param name="useBias">Whether b is there.</param>
/// <param name="kernelInitializer">First values of W; Glorot uniform by default.</param>
/// <param name="biasInitializer">First values of b; zeros by default.</param>
/// <param name="kernelRegularizer">A penalty on W.</param>
/// <param name="biasRegularizer">A penalty on b.</param>
/// <param name="kernelConstraint">A rule that W keeps in training.</param>
/// <param name="biasConstraint">A rule that b keeps in training.</param>
public sealed class Dense(
    int units, ActivationFunction? activation = null, bool useBias = true, Initializer? kernelInitializer = null,
    Initializer? biasInitializer = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null,
    Constraint? kernelConstraint = null, Constraint? biasConstraint = null) : Layer
{
    private Variable? kernel, bias;

    public int Units { get; } = Setting.Require(units, units >= 1, "1 or more");
    public ActivationFunction Activation { get; } = activation ?? ActivationFunction.Linear;
    public bool UseBias { get; } = useBias;
    public Initializer KernelInitializer { get; } = kernelInitializer ?? new GlorotUniform();
    public Initializer BiasInitializer { get; } = biasInitializer ?? new Zeros();
    public Regularizer? KernelRegularizer { get; } = kernelRegularizer;
    public Regularizer? BiasRegularizer { get; } = biasRegularizer;
    public Constraint? KernelConstraint { get; } = kernelConstraint;
    public Constraint? BiasConstraint { get; } = biasConstraint;

    protected override bool SupportsMasking => true;

    protected override void Build(Shape input)
    {
        if (input.Rank < 2)
            throw new ShapeException($"received an input of shape {input}; expected (batch, ..., features). Add a batch axis with ExpandDims(0).");
        kernel = AddWeight("kernel", [input[-1], Units], KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        bias = UseBias ? AddWeight("bias", [Units], BiasInitializer, regularizer: BiasRegularizer, constraint: BiasConstraint) : null;
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        int features = kernel!.Shape[0];
        if (input.Rank < 2 || input.Shape[-1] != features)
        {
            throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, ..., {features}), the number of features the layer was built for. "
                + "Flatten or Reshape the input, or make a new layer.");
        }

        // One product over all outer axes, where a batched one would be many small ones.
        Tensor product = (input.Rank == 2 ? input : input.Reshape([-1, features])).MatMul(kernel.Value);
        Tensor sum = bias is null ? product : product + bias.Value;
        if (input.Rank == 2)
            return Activation.Call(sum);
        Shape shape = [.. input.Shape.SkipLast(1), Units];
        return Activation.HasAxis ? Activation.Call(sum.Reshape(shape)) : Activation.Call(sum).Reshape(shape);
    }
}
