using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Cross-entropies of logits, numbers before softmax: exact where the probabilities round to 0 or 1.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// -ln(softmax(x)) at each row's label: logits (..., classes) and labels (...) give losses (...). A label outside the classes
        /// gives 0; use <see cref="CheckedLabels"/> to throw instead. Keras: <c>sparse_categorical_crossentropy</c>; PyTorch: <c>nn.functional.cross_entropy</c>.
        /// </summary>
        /// <param name="labels">Class numbers, Int32.</param>
        /// <exception cref="ShapeException">There is not one label a row.</exception>
        /// <exception cref="DTypeException">The labels are not of Int32, or the logits of no floating-point type.</exception>
        public Tensor SparseCrossEntropy(Tensor labels)
        {
            ArgumentNullException.ThrowIfNull(labels);
            return new SparseCrossEntropy().Apply(this, labels);
        }

        /// <summary>
        /// -sum(t ln(softmax(x))) over the last axis: logits and targets (..., classes) give losses (...). Where a target is 0 the
        /// class does not count, even if it is masked out by minus infinity. Keras: <c>categorical_crossentropy</c>; PyTorch: <c>nn.functional.cross_entropy</c>.
        /// </summary>
        /// <param name="targets">The share of each class, of the logits' shape and type.</param>
        /// <exception cref="ShapeException">The targets' shape is not the logits'.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor CrossEntropy(Tensor targets)
        {
            ArgumentNullException.ThrowIfNull(targets);
            return new CrossEntropy().Apply(this, targets);
        }

        /// <summary>Returns the same labels, Int32, after a check that each is a class number.</summary>
        /// <param name="classes">How many classes there are.</param>
        /// <param name="user">The loss or layer that the check is for, named in the error.</param>
        /// <exception cref="ArgumentOutOfRangeException">A label is negative or not below <paramref name="classes"/>.</exception>
        /// <exception cref="DTypeException">The labels are not of Int32.</exception>
        public Tensor CheckedLabels(int classes, string user = nameof(CheckedLabels))
        {
            ArgumentNullException.ThrowIfNull(user);
            return new CheckedLabels(classes, user).Apply(this);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Inputs: logits (..., classes), labels (...). Losses (...).</summary>
    public sealed record SparseCrossEntropy : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec losses = Losses.Spec(Name, inputs[0]);
            return inputs[1] == new TensorSpec(losses.Shape, DType.Int32)
                ? losses
                : inputs[1].DType != DType.Int32
                    ? throw new DTypeException($"{Name}: received labels of {inputs[1]}; expected class numbers as Int32. Cast them.")
                    : throw new ShapeException($"{Name}: received labels of shape {inputs[1].Shape} for logits of shape {inputs[0].Shape}; expected {losses.Shape}.");
        }

        // A choice, not a product with one-hot targets: 0 times the minus infinity of a masked class would be NaN.
        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs) =>
            -new LogSoftmax().Body(inputs[..1]).MaskedBy(inputs[1].OneHot(inputs[0].Shape[-1], DType.Bool)).Sum(-1);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.CrossEntropy(arguments.InputTensor(0), arguments.InputTensor(1), null, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) =>
            [new SparseCrossEntropyGradient().Apply(arguments.Inputs[0], arguments.Inputs[1], arguments.Upstream), null];
    }

    /// <summary>Inputs: logits (..., classes), labels (...), upstream (...). (softmax - one at the label) upstream.</summary>
    public sealed record SparseCrossEntropyGradient : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs) =>
            new CrossEntropyGradient().Body([inputs[0], inputs[1].OneHot(inputs[0].Shape[-1], inputs[0].DType), inputs[2]]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.CrossEntropy(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);
    }

    /// <summary>Inputs: logits, targets, both (..., classes). Losses (...).</summary>
    public sealed record CrossEntropy : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.SameType(Name, inputs[0], inputs[1]);
            return inputs[0].Shape == inputs[1].Shape
                ? Losses.Spec(Name, inputs[0])
                : throw new ShapeException($"{Name}: received targets of shape {inputs[1].Shape} for logits of shape {inputs[0].Shape}; they must be equal.");
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor logits, Tensor targets) = (inputs[0], inputs[1]);
            return -(targets * new LogSoftmax().Body([logits]).MaskedBy(targets.NotEqual(0))).Sum(-1);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.CrossEntropy(arguments.InputTensor(0), arguments.InputTensor(1), null, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) =>
        [
            arguments.Wants(0) ? new CrossEntropyGradient().Apply(arguments.Inputs[0], arguments.Inputs[1], arguments.Upstream) : null,
            arguments.Wants(1) ? BodyGradients(arguments, [1])[1] : null,
        ];
    }

    /// <summary>Inputs: logits, targets (..., classes), upstream (...). (softmax sum(targets) - targets) upstream.</summary>
    public sealed record CrossEntropyGradient : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor logits, Tensor targets, Tensor upstream) = (inputs[0], inputs[1], inputs[2]);
            return ((new Softmax().Body([logits]) * targets.Sum(-1, keepDims: true)) - targets) * upstream.ExpandDims(-1);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.CrossEntropy(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);
    }

    /// <summary>An identity whose kernel looks at the labels, so that the check is there when a traced step runs again.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="User">What to call it in an error.</param>
    public sealed record CheckedLabels(int Count, string User) : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0].DType == DType.Int32
            ? inputs[0]
            : throw new DTypeException($"{User}: received labels of {inputs[0]}; expected class numbers as Int32. Cast them.");

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Require(arguments.Input<int>(0));
            arguments.Input<int>(0).CopyTo(arguments.Output<int>());
        }

        private void Require(ReadOnlySpan<int> labels)
        {
            for (int i = 0; i < labels.Length; i++)
            {
                if ((uint)labels[i] >= (uint)Count)
                {
                    throw new ArgumentOutOfRangeException(nameof(labels), $"{User}: the label at index {i} is {labels[i]}; there are {Count} classes, "
                        + $"0 to {Count - 1}. Give the last layer more units, or number the classes from 0.");
                }
            }
        }
    }

    internal static class Losses
    {
        /// <summary>One loss a row of classes.</summary>
        public static TensorSpec Spec(string operation, TensorSpec logits) =>
            new(new Shape(Classes.Infer(operation, logits).Shape.Dimensions[..^1]), logits.DType);
    }
}
