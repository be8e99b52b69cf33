using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>The loss of connectionist temporal classification.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// -ln of the probability that logits (batch, steps, classes) read as labels (batch, longest), over all ways to spread the labels over the steps: the losses (batch,). Class 0 is the blank;
        /// labels are from 1 on, followed by zeros. A target with too few steps has the loss infinity and the gradient 0. Time and memory are proportional to steps times
        /// labels. (Graves et al., "Connectionist temporal classification", 2006. Keras: <c>ops.ctc_loss</c>; PyTorch: <c>ctc_loss</c> of log-softmax.)
        /// </summary>
        /// <param name="labels">Class numbers, Int32.</param>
        /// <exception cref="ArgumentOutOfRangeException">A label names no class, or a zero lies before a label.</exception>
        /// <exception cref="ShapeException">The shapes are not (batch, steps, classes) and (batch, longest).</exception>
        /// <exception cref="DTypeException">The labels are not of Int32, or the logits of no floating-point type.</exception>
        public Tensor CtcLoss(Tensor labels)
        {
            ArgumentNullException.ThrowIfNull(labels);
            CtcLoss block = new();
            block.Infer([Spec, labels.Spec]);
            return block.Apply(this, new CheckedSequences(Shape[-1], block.Name).Apply(labels));
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Inputs: logits (batch, steps, classes), checked labels (batch, longest). Losses (batch,).</summary>
    public sealed record CtcLoss : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            (Shape logits, Shape labels) = (inputs[0].Shape, inputs[1].Shape);
            Check.Float(Name, inputs[0]);
            if (inputs[1].DType != DType.Int32)
                throw new DTypeException($"{Name}: received labels of {inputs[1]}; expected class numbers as Int32. Cast them.");
            return logits.Rank == 3 && logits[2] > 0 && labels.Rank == 2 && labels[0] == logits[0]
                ? new(logits[..1], inputs[0].DType)
                : throw new ShapeException($"{Name}: received labels of shape {labels} for logits of shape {logits}; expected (batch, longest) and (batch, steps, classes).");
        }

        // States are blank, first label, blank, second label, ..., blank. The number of ways to be in a state grows step by step.
        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor logits, Tensor labels) = (inputs[0], inputs[1]);
            (int batch, int steps, int longest) = (logits.Shape[0], logits.Shape[1], labels.Shape[1]);
            int states = (2 * longest) + 1;
            Tensor classes = Tensor.Stack([labels.ZerosLike(), labels], -1).Reshape([batch, 2 * longest]).Pad([(0, 0), (0, 1)]);
            Tensor before = classes.Pad([(0, 0), (2, 0)]).Slice(0, states, axis: 1);
            Tensor skips = classes.NotEqual(0).And(classes.NotEqual(before)), place = Tensor.Range(0, states);
            Tensor nothing = Tensor.Scalar(double.NegativeInfinity, logits.DType);
            // Before the first step the only state is one in front of the first blank.
            Tensor ways = Tensor.Where(place.Equal(0), Tensor.Scalar(0, logits.DType), nothing).BroadcastTo([batch, states]);
            Tensor logarithms = new LogSoftmax().Body([logits]);
            for (int step = 0; step < steps; step++)
            {
                Tensor one = Moved(ways, 1), two = Tensor.Where(skips, Moved(ways, 2), nothing);
                Tensor from = step == 0 ? Tensor.Where(place.Less(2), Tensor.Scalar(0, logits.DType), nothing).BroadcastTo(ways.Shape) : Tensor.Stack([ways, one, two]).LogSumExp(0);
                ways = from + logarithms.At(step, 1).TakeAlong(classes);
            }

            Tensor end = 2 * labels.NotEqual(0).Cast(DType.Int32).Sum(-1, keepDims: true);
            Tensor isLast = place.Equal(end).Or(place.Equal(end - 1));
            return -Tensor.Where(isLast, ways, nothing).LogSumExp(-1);

            Tensor Moved(Tensor ways, int by) => ways.Pad([(0, 0), (by, 0)], double.NegativeInfinity).Slice(0, states, axis: 1);
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[0].Shape.ElementCount + (20.0 * inputs[1].Shape.ElementCount * inputs[0].Shape[1]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Ctc(arguments.InputTensor(0), arguments.InputTensor(1), null, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) =>
            [new CtcLossGradient().Apply(arguments.Inputs[0], arguments.Inputs[1], arguments.Upstream), null];
    }

    /// <summary>Inputs: logits, checked labels, upstream (batch,). (softmax - share of each class in all ways to read the labels) upstream.</summary>
    public sealed record CtcLossGradient : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor loss = new CtcLoss().Body(inputs[..2]);
            // Where the loss is infinite, so is the upstream of an infinite mean; there is no way to read the labels, and nothing to learn.
            Tensor upstream = Tensor.Where(loss.IsFinite(), inputs[2], Tensor.Scalar(0, inputs[2].DType));
            return Autodiff.Gradient.Pullback(given => [new CtcLoss().Body(given)], [inputs[0], inputs[1]], [upstream], input => input == 0)[0]!;
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 3 * new CtcLoss().Work(inputs[..2], output);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Ctc(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.OutputTensor);
    }

    /// <summary>An identity whose kernel looks at rows of labels, so that the check is there when a traced step runs again.</summary>
    /// <param name="Count">How many classes there are, the blank 0 included.</param>
    /// <param name="User">What to call it in an error.</param>
    public sealed record CheckedSequences(int Count, string User) : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0].DType == DType.Int32
            ? inputs[0]
            : throw new DTypeException($"{User}: received labels of {inputs[0]}; expected class numbers as Int32. Cast them.");

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Require(arguments.Input<int>(0), arguments.OutputSpec.Shape[-1]);
            arguments.Input<int>(0).CopyTo(arguments.Output<int>());
        }

        private void Require(ReadOnlySpan<int> labels, int longest)
        {
            for (int i = 0; i < labels.Length; i++)
            {
                if ((uint)labels[i] >= (uint)Count)
                {
                    throw new ArgumentOutOfRangeException(nameof(labels), $"{User}: label {i % longest} of sequence {i / longest} is {labels[i]}; there are {Count} classes, 0 to {Count - 1}, "
                        + "of which 0 is the blank. Number the labels from 1, and give the last layer one unit more than there are labels.");
                }

                if (labels[i] != 0 && i % longest > 0 && labels[i - 1] == 0)
                {
                    throw new ArgumentOutOfRangeException(nameof(labels), $"{User}: label {(i % longest) - 1} of sequence {i / longest} is 0, and labels follow it; 0 is the blank and "
                        + "fills up rows at their end. Number the labels from 1.");
                }
            }
        }
    }
}
