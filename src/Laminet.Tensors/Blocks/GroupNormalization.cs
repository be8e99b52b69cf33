using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors
{
    /// <content>Normalisation of groups of channels, example by example. Channels are the last axis, examples the first.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// gamma (x - mean) / sqrt(variance + epsilon) + beta with the mean and the variance of each group of neighbouring channels of each example. One
        /// group normalises an example as a whole, as many groups as channels each map for itself (instance normalisation). Halves are computed in
        /// Float32. (Wu and He, "Group normalization", ECCV 2018.) PyTorch: <c>group_norm</c>.
        /// </summary>
        /// <param name="groups">How many groups; it divides the channels.</param>
        /// <param name="gamma">(channels); 1 by default.</param>
        /// <param name="beta">(channels); 0 by default.</param>
        /// <param name="epsilon">Added to the variance against division by zero.</param>
        /// <exception cref="ShapeException">The tensor has less than two axes, the groups do not divide the channels, or gamma or beta do not fit them.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor GroupNormalize(int groups, Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-3)
        {
            if (DType.IsHalf())
                return Cast(DType.Float32).GroupNormalize(groups, gamma?.Cast(DType.Float32), beta?.Cast(DType.Float32), epsilon).Cast(DType);
            Tensor[] moments = new GroupMoments(groups).ApplyAll(this);
            Shape channels = [Shape[-1]];
            return new GroupNormalize(groups, epsilon).Apply(this, moments[0], moments[1], gamma ?? Ones(channels, DType), beta ?? Zeros(channels, DType));
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>(examples, ..., channels) to the mean and the variance of each group of channels, each (examples, groups).</summary>
    /// <param name="Groups">How many groups.</param>
    public sealed record GroupMoments(int Groups) : Block
    {
        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Ops.Check.Float(Name, inputs[0]);
            Shape shape = inputs[0].Shape;
            if (shape.Rank < 2)
                throw new ShapeException($"{Name}: received {shape}; expected (examples, ..., channels).");
            if (Groups < 1 || shape[-1] % Groups != 0)
                throw new ShapeException($"{Name}: received {Groups} groups for {shape[-1]} channels; expected a number of groups that divides the channels.");
            TensorSpec moment = new([shape[0], Groups], inputs[0].DType);
            return [moment, moment];
        }

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            Tensor x = GroupParts.Of(inputs[0], Groups), mean = x.Mean([1, 3], keepDims: true);
            return [mean.Reshape([x.Shape[0], Groups]), (x - mean).Square().Mean([1, 3])];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.GroupMoments(
            arguments.InputTensor(0), Groups, Channels.Wanted(arguments, 0), Channels.Wanted(arguments, 1));
    }

    /// <summary>
    /// Inputs: x (examples, ..., channels), its mean and variance (examples, groups), gamma and beta (channels). The moments must be those of x: they are
    /// handed in so as not to be computed twice, and the gradient by x takes them into account.
    /// </summary>
    /// <param name="Groups">How many groups.</param>
    /// <param name="Epsilon">Added to the variance.</param>
    public sealed record GroupNormalize(int Groups, double Epsilon) : Block
    {
        internal override bool IsOnePass => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[3..5]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor[] moments = new GroupMoments(Groups).BodyAll(inputs[..1]);
            Tensor deviation = GroupParts.Of(inputs[0], Groups) - GroupParts.Spread(moments[0]);
            return ((deviation * GroupParts.Deviation(moments[1], Epsilon)).Reshape(inputs[0].Shape) * inputs[3]) + inputs[4];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.GroupNormalize(arguments.InputTensor(0), Groups, Channels.By(arguments, 1, Epsilon, rectifies: false), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor[] operands = [arguments.Inputs[0], arguments.Upstream, .. arguments.Inputs[1..]];
            Tensor[] sums = new GroupNormalizeSums(Groups, Epsilon).ApplyAll(operands);
            return
            [
                arguments.Wants(0) ? new GroupNormalizeInputGradient(Groups, Epsilon).Apply([.. operands, .. sums]) : null,
                null,
                null,
                arguments.Wants(3) ? sums[0].Sum(0) : null,
                arguments.Wants(4) ? sums[1].Sum(0) : null,
            ];
        }
    }

    /// <summary>
    /// Inputs: x, dy, mean, variance, gamma, beta. For each example and channel the sum of dy (x - mean) r and the sum of dy, each (examples, channels).
    /// </summary>
    /// <param name="Groups">How many groups.</param>
    /// <param name="Epsilon">Added to the variance.</param>
    public sealed record GroupNormalizeSums(int Groups, double Epsilon) : Block
    {
        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec sum = new([inputs[0].Shape[0], inputs[0].Shape[-1]], inputs[0].DType);
            return [sum, sum];
        }

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            Tensor x = GroupParts.Of(inputs[0], Groups), dy = GroupParts.Of(inputs[1], Groups);
            Tensor normalized = (x - GroupParts.Spread(inputs[2])) * GroupParts.Deviation(inputs[3], Epsilon);
            Shape sum = [inputs[0].Shape[0], inputs[0].Shape[-1]];
            return [(dy * normalized).Sum(1).Reshape(sum), dy.Sum(1).Reshape(sum)];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.GroupNormalizeSums(
            arguments.InputTensor(0), arguments.InputTensor(1), Groups, Channels.By(arguments, 2, Epsilon, rectifies: false),
            Channels.Wanted(arguments, 0), Channels.Wanted(arguments, 1));
    }

    /// <summary>
    /// Inputs: x, dy, mean, variance, gamma, beta, then the two sums as above. With the means over a group of the sums times gamma, m1 and m0:
    /// r (gamma dy - (m0 + (x - mean) r m1) / rows).
    /// </summary>
    /// <param name="Groups">How many groups.</param>
    /// <param name="Epsilon">Added to the variance.</param>
    public sealed record GroupNormalizeInputGradient(int Groups, double Epsilon) : Block
    {
        internal override bool IsOnePass => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor whole, Tensor gamma) = (inputs[0], inputs[4]);
            Tensor x = GroupParts.Of(whole, Groups), r = GroupParts.Deviation(inputs[3], Epsilon);
            Tensor normalized = (x - GroupParts.Spread(inputs[2])) * r;
            Shape byGroup = [whole.Shape[0], 1, Groups, whole.Shape[-1] / Groups];
            Tensor m1 = (inputs[6] * gamma).Reshape(byGroup).Mean(3, keepDims: true), m0 = (inputs[7] * gamma).Reshape(byGroup).Mean(3, keepDims: true);
            Tensor dy = GroupParts.Of(inputs[1] * gamma, Groups);
            return (r * (dy - ((m0 + (normalized * m1)) / Math.Max(1, x.Shape[1])))).Reshape(whole.Shape);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.GroupNormalizeInputGradient(
            arguments.InputTensor(0), arguments.InputTensor(1), Groups, Channels.By(arguments, 2, Epsilon, rectifies: false),
            arguments.InputTensor(6), arguments.InputTensor(7), arguments.OutputTensor);
    }

    /// <summary>What the bodies over groups of channels share.</summary>
    internal static class GroupParts
    {
        /// <summary>(examples, rows, groups, channels of a group).</summary>
        public static Tensor Of(Tensor x, int groups) =>
            x.Reshape([x.Shape[0], x.Shape.CountOf(1..(x.Rank - 1)), groups, x.Shape[-1] / groups]);

        /// <summary>(examples, groups) so that it broadcasts to the parts.</summary>
        public static Tensor Spread(Tensor moments) => moments.ExpandDims(1).ExpandDims(-1);

        public static Tensor Deviation(Tensor variance, double epsilon) => Channels.Deviation(Spread(variance), epsilon);
    }
}
