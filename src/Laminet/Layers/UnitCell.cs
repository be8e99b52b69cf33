using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// What <see cref="SimpleRNNCell"/>, <see cref="LSTMCell"/>, <see cref="GRUCell"/> and the cells of convolutions share: units whose gates see the input x by a
/// kernel W and the output h of the step before by a recurrent kernel U. Weights: kernel (features, gates * units), recurrent_kernel (units, gates * units), bias.
/// </summary>
public abstract class UnitCell : RecurrentCell
{
    private readonly int gates;

    /// <param name="gates">How many numbers of a step each unit computes from the input.</param>
    /// <param name="units">How many numbers come out of a step.</param>
    /// <param name="activation">The function of the candidate and of the output; tanh by default.</param>
    /// <param name="useBias">Whether there is a bias.</param>
    /// <param name="kernelInitializer">First values of W; Glorot uniform by default.</param>
    /// <param name="recurrentInitializer">First values of U; orthogonal by default.</param>
    /// <param name="biasInitializer">First values of the bias; zeros by default.</param>
    /// <param name="kernelRegularizer">A penalty on W.</param>
    /// <param name="recurrentRegularizer">A penalty on U.</param>
    /// <param name="biasRegularizer">A penalty on the bias.</param>
    /// <param name="kernelConstraint">A rule that W keeps in training.</param>
    /// <param name="recurrentConstraint">A rule that U keeps in training.</param>
    /// <param name="biasConstraint">A rule that the bias keeps in training.</param>
    /// <param name="dropout">The share of the input that is set to zero in training, 0 up to but not 1; the same numbers in all steps of a call.</param>
    /// <param name="recurrentDropout">
    /// The share of h that the gates do not see in training, 0 up to but not 1; the same numbers in all steps of a call and for all gates.
    /// (Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", NIPS 2016.)
    /// </param>
    private protected UnitCell(
        int gates, int units, ActivationFunction? activation, bool useBias, Initializer? kernelInitializer, Initializer? recurrentInitializer,
        Initializer? biasInitializer, Regularizer? kernelRegularizer, Regularizer? recurrentRegularizer, Regularizer? biasRegularizer,
        Constraint? kernelConstraint, Constraint? recurrentConstraint, Constraint? biasConstraint, double dropout, double recurrentDropout)
    {
        this.gates = gates;
        Units = Setting.Require(units, units >= 1, "1 or more");
        Activation = activation ?? "tanh";
        UseBias = useBias;
        KernelInitializer = kernelInitializer ?? new GlorotUniform();
        RecurrentInitializer = recurrentInitializer ?? new Orthogonal();
        BiasInitializer = biasInitializer ?? new Zeros();
        KernelRegularizer = kernelRegularizer;
        RecurrentRegularizer = recurrentRegularizer;
        BiasRegularizer = biasRegularizer;
        KernelConstraint = kernelConstraint;
        RecurrentConstraint = recurrentConstraint;
        BiasConstraint = biasConstraint;
        Dropout = Setting.Require(dropout, dropout is >= 0 and < 1, "0 up to but not 1");
        RecurrentDropout = Setting.Require(recurrentDropout, recurrentDropout is >= 0 and < 1, "0 up to but not 1");
    }

    public int Units { get; }
    public ActivationFunction Activation { get; }
    public bool UseBias { get; }
    public Initializer KernelInitializer { get; }
    public Initializer RecurrentInitializer { get; }
    public Initializer BiasInitializer { get; }
    public Regularizer? KernelRegularizer { get; }
    public Regularizer? RecurrentRegularizer { get; }
    public Regularizer? BiasRegularizer { get; }
    public Constraint? KernelConstraint { get; }
    public Constraint? RecurrentConstraint { get; }
    public Constraint? BiasConstraint { get; }
    public double Dropout { get; }
    public double RecurrentDropout { get; }

    private protected Variable? Kernel { get; private set; }

    private protected Variable? RecurrentKernel { get; private set; }

    private protected Variable? Bias { get; private set; }

    /// <summary>W's shape for a step of the input, (batch, ...).</summary>
    private protected virtual Shape KernelShape(Shape step) => step.Rank == 2
        ? [step[1], gates * Units]
        : throw new ShapeException($"received steps of shape {step}; expected (batch, features).");

    /// <summary>U's shape.</summary>
    private protected virtual Shape RecurrentKernelShape => [Units, gates * Units];

    /// <summary>The bias's shape.</summary>
    private protected virtual Shape BiasShape => [gates * Units];

    /// <summary>The part of the bias that is added to x W; null for none.</summary>
    private protected virtual Tensor? InputBias => Bias?.Value;

    /// <summary>What draws the bias.</summary>
    private protected virtual Initializer FirstBias => BiasInitializer;

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> StateShapes(Shape step) => [[Units]];

    /// <inheritdoc/>
    protected sealed override void Build(Shape input)
    {
        Kernel = AddWeight("kernel", KernelShape(input), KernelInitializer, regularizer: KernelRegularizer, constraint: KernelConstraint);
        RecurrentKernel = AddWeight("recurrent_kernel", RecurrentKernelShape, RecurrentInitializer, regularizer: RecurrentRegularizer, constraint: RecurrentConstraint);
        Bias = UseBias ? AddWeight("bias", BiasShape, FirstBias, regularizer: BiasRegularizer, constraint: BiasConstraint) : null;
    }

    /// <inheritdoc/>
    protected sealed override (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context) => Begin(input.Spec, context)(input, states);

    /// <summary>One step.</summary>
    /// <param name="projected">x W + b, (batch, gates * units).</param>
    /// <param name="states">The states after the step before; the first is h.</param>
    /// <param name="seen">What the gates see of h.</param>
    private protected abstract Bundle<Tensor> Advance(Tensor projected, Bundle<Tensor> states, Tensor seen);

    /// <summary>Whether <see cref="Recur"/> computes what <see cref="Advance"/> does.</summary>
    private protected abstract bool HasBlock { get; }

    /// <summary>All steps as one operation: h after each step, (batch, time, units), and the states after the step that came last.</summary>
    /// <param name="projected">x W + b, (batch, time, gates * units).</param>
    /// <param name="pass">The sequences.</param>
    private protected abstract (Tensor Outputs, Bundle<Tensor> States) Recur(Tensor projected, RecurrentPass pass);

    internal sealed override StepFunction Begin(TensorSpec step, CallContext context)
    {
        Tensor? kept = Mask(step.Shape, step.DType, Dropout, context);
        StepFunction advance = Advancing(step.Shape, context);
        return (input, states) => advance(Project(kept is null ? input : input * kept), states);
    }

    internal sealed override RecurrentResult Iterate(RecurrentPass pass)
    {
        Tensor? kept = Mask(pass.StepSpec.Shape, pass.Inputs.DType, Dropout, pass.Context);
        // One product for all steps.
        Tensor projected = Project(kept is null ? pass.Inputs : pass.Inputs * kept.ExpandDims(1));
        return (pass.Context.Training && RecurrentDropout > 0) || !HasBlock
            ? RecurrentLoop.Run(this, pass, projected, Advancing(pass.StepSpec.Shape, pass.Context))
            : Finished(pass, Recur(projected, pass));
    }

    // The operation gives h after each step. The output of a step that does not count is 0 on request; else it is h too, but for those before the first step that
    // counts, whose output is 0 while h is the first state.
    private static RecurrentResult Finished(RecurrentPass pass, (Tensor Outputs, Bundle<Tensor> States) result)
    {
        (Tensor outputs, Tensor last) = (result.Outputs, result.States[0]);
        if (pass.Mask is not null && (pass.ZeroesMasked || !pass.BeginsWithZeros))
        {
            Tensor counted = pass.ZeroesMasked ? pass.Mask : HasBegun(pass.Mask, pass.Reverse);
            Tensor zero = Tensor.Scalar(0, outputs.DType);
            outputs = Tensor.Where(counted.ExpandDims(-1), outputs, zero);
            last = Tensor.Where(counted.At(pass.Reverse ? 0 : -1, axis: 1).ExpandDims(-1), last, zero);
        }

        return new RecurrentResult(pass.WantsSequence ? outputs : null, last, result.States);
    }

    private static Tensor HasBegun(Tensor mask, bool reverse) => reverse ? HasBegun(mask.Flip(1), false).Flip(1) : mask.Cast(DType.Float32).CumSum(1).Greater(0);

    /// <summary>Whether an activation is a built-in one.</summary>
    private protected static bool Is(ActivationFunction activation, string name) => ReferenceEquals(activation, ActivationFunction.FromName(name));

    private static Tensor? Mask(Shape shape, DType type, double rate, CallContext context) =>
        context.Training && rate > 0 ? Tensor.Ones(shape, type).Dropout(context.NextKey(), rate) : null;

    private StepFunction Advancing(Shape step, CallContext context)
    {
        Tensor? kept = Mask([step[0], .. StateShapes(step)[0]], DType, RecurrentDropout, context);
        return (projected, states) =>
        {
            Bundle<Tensor> next = Advance(projected, states, kept is null ? states[0] : states[0] * kept);
            return (next[0], next);
        };
    }

    /// <summary>x W + b.</summary>
    /// <param name="input">A step or all steps of the input: (batch, ...) or (batch, time, ...).</param>
    private protected virtual Tensor Project(Tensor input)
    {
        int features = Kernel!.Shape[0];
        if (input.Shape[-1] != features)
            throw new ShapeException($"received {input.Shape[-1]} features a step; the layer was built for {features}. Give as many, or make a new layer.");
        Tensor product = input.Reshape([-1, features]).MatMul(Kernel.Value);
        return (InputBias is { } bias ? product + bias : product).Reshape([.. input.Shape.SkipLast(1), gates * Units]);
    }
}
