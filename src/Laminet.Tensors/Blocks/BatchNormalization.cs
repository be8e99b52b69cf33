using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors
{
    /// <content>Normalisation of channels. Channels are the last axis; all other axes are the batch.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Mean and variance of each channel: (..., channels) to (channels) and (channels). The variance is the population's,
        /// sum((x - mean)²) / n; both are NaN if there are no elements. It takes one pass over memory and stays accurate if the mean is large.
        /// </summary>
        /// <param name="mask">
        /// Bool, of this tensor's first axes: true where a row counts. Null for all. Rows that do not count may be NaN. If no row counts, both are 0.
        /// </param>
        /// <exception cref="ShapeException">The tensor is a scalar, or the mask does not fit its first axes.</exception>
        /// <exception cref="DTypeException">The tensor is not of Float32 or Float64, or the mask is not Bool.</exception>
        public (Tensor Mean, Tensor Variance) ChannelMoments(Tensor? mask = null)
        {
            if (mask is null)
            {
                Tensor[] moments = new ChannelMoments().ApplyAll(this);
                return (moments[0], moments[1]);
            }

            if (mask.DType != DType.Bool)
                throw new DTypeException($"ChannelMoments: received a mask of {mask.Spec}; expected Bool, true where a row counts.");
            if (mask.Rank >= Rank || !mask.Shape.SequenceEqual(Shape.Take(mask.Rank)))
                throw new ShapeException($"ChannelMoments: received a mask of shape {mask.Shape} for a tensor of shape {Shape}; expected its first axes, without the channels.");
            _ = Channels.Count("ChannelMoments", Spec);
            if (DType.IsHalf())
            {
                // A half's sum of many rows overflows, and its count of them is rounded.
                (Tensor wideMean, Tensor wideVariance) = Cast(DType.Float32).ChannelMoments(mask);
                return (wideMean.Cast(DType), wideVariance.Cast(DType));
            }

            int[] axes = [.. Enumerable.Range(0, Rank - 1)];
            Tensor counts = mask.Reshape([.. mask.Shape, .. Enumerable.Repeat(1, Rank - mask.Rank)]), zero = Tensor.Scalar(0, DType);
            // All channels have the same count.
            Tensor count = (mask.Cast(DType.Float64).Sum() * (double)Shape.CountOf(mask.Rank..(Rank - 1))).Maximum(Tensor.Scalar(1.0)).Cast(DType);
            Tensor mean = Tensor.Where(counts, this, zero).Sum(axes) / count;
            return (mean, Tensor.Where(counts, this - mean, zero).Square().Sum(axes) / count);
        }

        /// <summary>
        /// gamma (x - mean) / sqrt(variance + epsilon) + beta, channel by channel, with a given mean and variance.
        /// Keras: <c>batch_normalization</c>; PyTorch: <c>nn.functional.batch_norm</c>; ONNX: <c>BatchNormalization</c>.
        /// </summary>
        /// <param name="mean">(channels).</param>
        /// <param name="variance">(channels).</param>
        /// <param name="gamma">(channels); 1 by default.</param>
        /// <param name="beta">(channels); 0 by default.</param>
        /// <param name="epsilon">Added to the variance against division by zero.</param>
        /// <param name="relu">Whether the result is rectified, max(0, y).</param>
        /// <exception cref="ShapeException">The tensor is a scalar, or mean, variance, gamma or beta do not fit its channels.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor Normalize(Tensor mean, Tensor variance, Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-3, bool relu = false)
        {
            ArgumentNullException.ThrowIfNull(mean);
            ArgumentNullException.ThrowIfNull(variance);
            return Normalized(new Normalize(epsilon, relu, OwnMoments: false), mean, variance, gamma, beta);
        }

        /// <summary>
        /// Batch normalisation in training: gamma (x - mean) / sqrt(variance + epsilon) + beta with the mean and the variance of this
        /// tensor's own channels. The gradient goes through both. (Ioffe and Szegedy, "Batch normalization", ICML 2015.)
        /// PyTorch: <c>nn.functional.batch_norm</c>, of training; ONNX: <c>BatchNormalization</c>.
        /// </summary>
        /// <param name="mean">The mean of each channel, (channels).</param>
        /// <param name="variance">The variance of each channel, (channels).</param>
        /// <param name="gamma">(channels); 1 by default.</param>
        /// <param name="beta">(channels); 0 by default.</param>
        /// <param name="epsilon">Added to the variance against division by zero.</param>
        /// <param name="relu">Whether the result is rectified, max(0, y).</param>
        /// <param name="mask">Bool, of this tensor's first axes: true where a row counts in mean and variance. Null for all, see <see cref="ChannelMoments"/>.</param>
        /// <exception cref="ShapeException">The tensor is a scalar, gamma or beta do not fit its channels, or the mask does not fit its first axes.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type, or the mask is not Bool.</exception>
        public Tensor BatchNormalize(
            out Tensor mean, out Tensor variance, Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-3, bool relu = false, Tensor? mask = null)
        {
            (mean, variance) = ChannelMoments(mask);
            return Normalized(new Normalize(epsilon, relu, OwnMoments: mask is null), mean, variance, gamma, beta);
        }

        private Tensor Normalized(Normalize normalize, Tensor mean, Tensor variance, Tensor? gamma, Tensor? beta)
        {
            Shape channels = [Channels.Count(normalize.Name, Spec)];
            return normalize.Apply(this, mean, variance, gamma ?? Ones(channels, DType), beta ?? Zeros(channels, DType));
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>(..., channels) to the mean of each channel and its variance.</summary>
    public sealed record ChannelMoments : Block
    {
        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec moment = new([Channels.Count(Name, inputs[0])], inputs[0].DType);
            return [moment, moment];
        }

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            Tensor x = inputs[0];
            Axes batch = Channels.Batch(x.Shape);
            Tensor mean = x.Mean(batch);
            return [mean, (x - mean).Square().Mean(batch)];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.ChannelMoments(
            arguments.InputTensor(0), Channels.Wanted(arguments, 0), Channels.Wanted(arguments, 1));
    }

    /// <summary>
    /// Inputs: x (..., channels), then mean, variance, gamma, beta, each (channels). With own moments these must be those of x: they are
    /// handed in so as not to be computed twice, and the gradient by x takes them into account.
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Rectifies">Whether max(0, .) follows.</param>
    /// <param name="OwnMoments">Whether the moments are those of x.</param>
    public sealed record Normalize(double Epsilon, bool Rectifies, bool OwnMoments) : Block
    {
        internal override bool IsOnePass => true;

        internal override Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs) =>
            (follower.Kind, Rectifies) switch
            {
                (FollowerKind.Rectify, false) when follower == Follower.Rectify => this with { Rectifies = true },
                (FollowerKind.Residual, false) => new FoldedNormalize(this),
                _ => null,
            };

        internal override Operation? Fold(Operation self, Surroundings surroundings) => NormalizeFolding.IntoConvolution(this, self, surroundings);

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[1..]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor[] moments = OwnMoments ? new ChannelMoments().BodyAll(inputs[..1]) : [inputs[1], inputs[2]];
            Tensor y = Channels.Value(inputs[0], [.. moments, inputs[3], inputs[4]], Epsilon);
            return Rectifies ? y.Relu() : y;
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Normalize(
            arguments.InputTensor(0), Channels.By(arguments, 1, Epsilon, Rectifies), null, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor[] operands = [arguments.Inputs[0], arguments.Upstream, .. arguments.Inputs[1..]];
            List<int> moments = [];
            for (int moment = 1; moment <= 2 && !OwnMoments; moment++)
            {
                if (arguments.Wants(moment))
                    moments.Add(moment);
            }

            Tensor?[] gradients = moments.Count == 0 ? new Tensor?[5] : BodyGradients(arguments, moments);
            bool needsSums = arguments.Wants(3) || arguments.Wants(4) || (OwnMoments && arguments.Wants(0));
            Tensor[]? sums = needsSums ? new NormalizeSums(Epsilon, Rectifies).ApplyAll(operands) : null;
            if (arguments.Wants(0))
            {
                // Without a share of the moments in it the gradient by x is that with sums of 0.
                Tensor none = arguments.Inputs[3].ZerosLike();
                gradients[0] = new NormalizeInputGradient(Epsilon, Rectifies).Apply([.. operands, .. OwnMoments ? sums! : [none, none]]);
            }

            gradients[3] = arguments.Wants(3) ? sums![0] : null;
            gradients[4] = arguments.Wants(4) ? sums![1] : null;
            return gradients;
        }
    }

    /// <summary>
    /// Inputs: x, dy, mean, variance, gamma, beta. The gradients by gamma, the sum of dy (x - mean) r, and by beta, the sum of dy.
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Rectifies">Whether max(0, .) follows.</param>
    public sealed record NormalizeSums(double Epsilon, bool Rectifies) : Block
    {
        internal override Operation? Fold(Operation self, Surroundings surroundings) =>
            !Rectifies && NormalizeFolding.Unmasked(self, Epsilon) is { } inputs ? self with { Primitive = this with { Rectifies = true }, Inputs = inputs } : null;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[2..]);
            return [inputs[4], inputs[5]];
        }

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor x, Tensor mean, Tensor variance) = (inputs[0], inputs[2], inputs[3]);
            Tensor dy = Channels.Passing(inputs[1], x, inputs[2..6], Epsilon, Rectifies);
            Axes batch = Channels.Batch(x.Shape);
            return [(dy * (x - mean)).Sum(batch) * Channels.Deviation(variance, Epsilon), dy.Sum(batch)];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.NormalizeSums(
            arguments.InputTensor(0), arguments.InputTensor(1), Channels.By(arguments, 2, Epsilon, Rectifies),
            Channels.Wanted(arguments, 0), Channels.Wanted(arguments, 1));
    }

    /// <summary>
    /// Inputs: x, dy, mean, variance, gamma, beta, then the two sums as above.
    /// gamma r (dy - (sum of dy + (x - mean) r sum of dy (x - mean) r) / n).
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Rectifies">Whether max(0, .) follows.</param>
    public sealed record NormalizeInputGradient(double Epsilon, bool Rectifies) : Block
    {
        internal override Operation? Fold(Operation self, Surroundings surroundings) =>
            !Rectifies && NormalizeFolding.Unmasked(self, Epsilon) is { } inputs ? self with { Primitive = this with { Rectifies = true }, Inputs = inputs } : null;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[2..]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor x, Tensor mean, Tensor variance, Tensor gamma) = (inputs[0], inputs[2], inputs[3], inputs[4]);
            Tensor dy = Channels.Passing(inputs[1], x, inputs[2..6], Epsilon, Rectifies), r = Channels.Deviation(variance, Epsilon);
            double rows = Math.Max(1, x.Length / Math.Max(1, x.Shape[-1]));
            return gamma * r * (dy - ((inputs[7] + ((x - mean) * r * inputs[6])) / rows));
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.NormalizeInputGradient(
            arguments.InputTensor(0), arguments.InputTensor(1), Channels.By(arguments, 2, Epsilon, Rectifies),
            arguments.InputTensor(6), arguments.InputTensor(7), arguments.OutputTensor);
    }

    /// <summary>What the blocks over channels share. r is one over a channel's deviation; four tensors are mean, variance, gamma, beta.</summary>
    internal static class Channels
    {
        public static Axes Batch(Shape shape) => [.. Enumerable.Range(0, shape.Rank - 1)];

        public static Tensor Deviation(Tensor variance, double epsilon) => 1 / (variance + epsilon).Sqrt();

        public static Tensor Value(Tensor x, ReadOnlySpan<Tensor> by, double epsilon) => ((x - by[0]) * (by[2] * Deviation(by[1], epsilon))) + by[3];

        public static Tensor Passing(Tensor gradient, Tensor x, ReadOnlySpan<Tensor> by, double epsilon, bool rectifies) =>
            rectifies ? gradient.MaskedBy(Value(x, by, epsilon).Greater(0)) : gradient;

        /// <summary>A kernel's operands from <paramref name="first"/> on.</summary>
        public static Normalization By(in KernelArguments arguments, int first, double epsilon, bool rectifies) => new(
            arguments.InputTensor(first), arguments.InputTensor(first + 1), arguments.InputTensor(first + 2), arguments.InputTensor(first + 3), epsilon, rectifies);

        public static Tensor? Wanted(in KernelArguments arguments, int output) => arguments.HasOutput(output) ? arguments.OutputTensorAt(output) : null;

        public static int Count(string operation, TensorSpec x)
        {
            Ops.Check.Float(operation, x);
            return x.Shape.Rank > 0 ? x.Shape[-1] : throw new ShapeException($"{operation}: received a scalar; expected (..., channels).");
        }

        public static void Check(string operation, TensorSpec x, ReadOnlySpan<TensorSpec> vectors)
        {
            int channels = Count(operation, x);
            foreach (TensorSpec vector in vectors)
            {
                if (vector.Shape.Rank != 1 || vector.Shape[0] != channels)
                {
                    throw new ShapeException($"{operation}: received a mean, variance, gamma or beta of shape {vector.Shape} for the shape {x.Shape}; "
                        + $"expected {new Shape([channels])}, one number a channel.");
                }

                Ops.Check.SameType(operation, x, vector);
            }
        }
    }
}
