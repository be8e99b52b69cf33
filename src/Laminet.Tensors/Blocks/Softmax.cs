using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors
{
    /// <content>Softmax and its logarithm.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// exp(x) / sum(exp(x)) along an axis: turns numbers into probabilities. It does not overflow, since the largest element is subtracted first.
        /// If all elements are minus infinity (everything masked out), the result and its gradient are 0, not NaN. Keras and PyTorch: <c>softmax</c>; ONNX: <c>Softmax</c>.
        /// </summary>
        /// <param name="axis">The axis whose entries sum to 1.</param>
        public Tensor Softmax(int axis = -1) => AlongLast(new Softmax(), axis) is var result && Shape.Axis(axis) == Rank - 1 ? result.Of(this, softmax: true) : result;

        /// <summary>ln(softmax(x)) along an axis, exact also where the softmax rounds to 0. Keras and PyTorch: <c>log_softmax</c>; ONNX: <c>LogSoftmax</c>.</summary>
        /// <param name="axis">The axis whose entries are the classes.</param>
        public Tensor LogSoftmax(int axis = -1) => AlongLast(new LogSoftmax(), axis);

        private Tensor AlongLast(Primitive primitive, int axis)
        {
            int place = Shape.Axis(axis);
            return primitive.Apply(SwappedWithLast(place)).SwappedWithLast(place);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Along the last axis.</summary>
    public sealed record Softmax : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Classes.Infer(Name, inputs[0]);

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor exponentials = Classes.BelowPeak(inputs[0]).Exp();
            return exponentials / Classes.SumFromOne(exponentials);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Softmax(SoftmaxKind.Softmax, arguments.InputTensor(0), null, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) => [new SoftmaxGradient().Apply(arguments.Output, arguments.Upstream)];
    }

    /// <summary>Inputs: softmax y, dy. y (dy - sum(y dy)).</summary>
    public sealed record SoftmaxGradient : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Classes.Infer(Name, inputs[0]);

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs) => inputs[0] * (inputs[1] - (inputs[0] * inputs[1]).Sum(-1, keepDims: true));

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Softmax(SoftmaxKind.SoftmaxGradient, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);
    }

    /// <summary>Along the last axis.</summary>
    public sealed record LogSoftmax : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Classes.Infer(Name, inputs[0]);

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor below = Classes.BelowPeak(inputs[0]);
            return below - Classes.SumFromOne(below.Exp()).Log();
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Softmax(SoftmaxKind.LogSoftmax, arguments.InputTensor(0), null, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) => [new LogSoftmaxGradient().Apply(arguments.Output, arguments.Upstream)];
    }

    /// <summary>Inputs: log-softmax y, dy. dy - exp(y) sum(dy).</summary>
    public sealed record LogSoftmaxGradient : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Classes.Infer(Name, inputs[0]);

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs) => inputs[1] - (inputs[0].Exp() * inputs[1].Sum(-1, keepDims: true));

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Softmax(SoftmaxKind.LogSoftmaxGradient, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor);
    }

    /// <summary>What the blocks over classes, the last axis, share.</summary>
    internal static class Classes
    {
        public static TensorSpec Infer(string operation, TensorSpec x)
        {
            Ops.Check.Float(operation, x);
            return x.Shape.Rank > 0 ? x : throw new ShapeException($"{operation}: received a scalar; expected (..., classes).");
        }

        // The result does not depend on what is taken off, so the peak is a constant to every derivative. It is kept finite, since
        // infinity less infinity is NaN.
        public static Tensor BelowPeak(Tensor x)
        {
            Tensor peak = x.Max(-1, keepDims: true).Detach();
            return x - peak.Maximum(Tensor.Scalar(DTypes.Lowest(x.DType), x.DType));
        }

        // The peak itself adds 1, so a sum below 1 is the 0 of a row that is all minus infinity.
        public static Tensor SumFromOne(Tensor exponentials) =>
            exponentials.Sum(-1, keepDims: true).Maximum(Tensor.Scalar(1, exponentials.DType));
    }
}
