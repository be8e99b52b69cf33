using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors
{
    /// <content>Normalisation of channels. Channels are the last axis; all other axes are the batch.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Mean and variance of each channel: (..., channels) to (2, channels). The variance is the population's, sum((x - mean)²) / n;
        /// both are NaN where there is nothing to average. One pass over memory, exact also where the mean is large.
        /// </summary>
        /// <exception cref="ShapeException">The tensor is a scalar.</exception>
        /// <exception cref="DTypeException">The tensor is not of Float32 or Float64.</exception>
        public Tensor ChannelMoments() => new ChannelMoments().Apply(this);

        /// <summary>
        /// gamma (x - mean) / sqrt(variance + epsilon) + beta, channel by channel, with a mean and a variance from elsewhere.
        /// </summary>
        /// <param name="moments">(2, channels): means, variances, as <see cref="ChannelMoments"/> gives them.</param>
        /// <param name="gamma">(channels); 1 by default.</param>
        /// <param name="beta">(channels); 0 by default.</param>
        /// <param name="epsilon">Added to the variance against division by zero.</param>
        /// <param name="relu">Whether the result is rectified, max(0, y).</param>
        /// <exception cref="ShapeException">Moments, gamma or beta do not fit the channels.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor Normalize(Tensor moments, Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-3, bool relu = false)
        {
            ArgumentNullException.ThrowIfNull(moments);
            return new Normalize(epsilon, relu, OwnMoments: false).Apply(this, moments, Affine(gamma, beta));
        }

        /// <summary>
        /// Batch normalisation in training: gamma (x - mean) / sqrt(variance + epsilon) + beta with the mean and the variance of this
        /// tensor's own channels. The gradient goes through both. (Ioffe and Szegedy, "Batch normalization", ICML 2015.)
        /// </summary>
        /// <param name="moments">The mean and the variance, (2, channels).</param>
        /// <param name="gamma">(channels); 1 by default.</param>
        /// <param name="beta">(channels); 0 by default.</param>
        /// <param name="epsilon">Added to the variance against division by zero.</param>
        /// <param name="relu">Whether the result is rectified, max(0, y).</param>
        /// <exception cref="ShapeException">Gamma or beta do not fit the channels.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor BatchNormalize(out Tensor moments, Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-3, bool relu = false)
        {
            moments = ChannelMoments();
            return new Normalize(epsilon, relu, OwnMoments: true).Apply(this, moments, Affine(gamma, beta));
        }

        // Both in one tensor, because one pass over memory gives both gradients.
        private Tensor Affine(Tensor? gamma, Tensor? beta)
        {
            Shape channels = Rank == 0 ? Shape.Scalar : [Shape[-1]];
            foreach (Tensor? each in (ReadOnlySpan<Tensor?>)[gamma, beta])
            {
                if (each is not null && each.Shape != channels)
                    throw new ShapeException($"Normalize: received gamma or beta of shape {each.Shape} for the shape {Shape}; expected {channels}, one number a channel.");
            }

            return Stack([gamma ?? Ones(channels, DType), beta ?? Zeros(channels, DType)]);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>(..., channels) to (2, channels): means, variances.</summary>
    public sealed record ChannelMoments : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new([2, Channels.Count(Name, inputs[0])], inputs[0].DType);

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor x = inputs[0];
            Axes batch = Channels.Batch(x.Shape);
            Tensor mean = x.Mean(batch);
            return Tensor.Stack([mean, (x - mean).Square().Mean(batch)]);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.ChannelMoments(arguments.InputTensor(0), arguments.OutputTensor);
    }

    /// <summary>
    /// Inputs: x (..., channels), moments (2, channels), affine (2, channels), that is gamma and beta. With own moments they must be
    /// those of x: they are handed in so as not to be computed twice, and the gradient by x takes them into account.
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Rectifies">Whether max(0, .) follows.</param>
    /// <param name="OwnMoments">Whether the moments are those of x.</param>
    public sealed record Normalize(double Epsilon, bool Rectifies, bool OwnMoments) : Block
    {
        internal override bool IsOnePass => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[1..]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor moments = OwnMoments ? new ChannelMoments().Body(inputs[..1]) : inputs[1];
            Tensor y = Channels.Value(inputs[0], moments, inputs[2], Epsilon);
            return Rectifies ? y.Relu() : y;
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Normalize(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), null, Epsilon, Rectifies, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            (Tensor x, Tensor moments, Tensor affine) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Inputs[2]);
            Tensor?[] gradients = new Tensor?[3];
            Tensor? sums = arguments.Wants(2) || OwnMoments ? new NormalizeSums(Epsilon, Rectifies).Apply(x, arguments.Upstream, moments, affine) : null;
            if (arguments.Wants(0))
            {
                // Without a share of the moments in it the gradient by x is that with sums of 0.
                Tensor shared = OwnMoments ? sums! : affine.ZerosLike();
                gradients[0] = new NormalizeInputGradient(Epsilon, Rectifies).Apply(x, arguments.Upstream, moments, affine, shared);
            }

            gradients[1] = arguments.Wants(1) && !OwnMoments ? BodyGradient(1, arguments) : null;
            gradients[2] = arguments.Wants(2) ? sums : null;
            return gradients;
        }
    }

    /// <summary>Inputs: x, dy, moments, affine. The gradients by gamma and beta: sum of dy (x - mean) r, sum of dy; (2, channels).</summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Rectifies">Whether max(0, .) follows.</param>
    public sealed record NormalizeSums(double Epsilon, bool Rectifies) : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[2..]);
            return inputs[2];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor x, Tensor moments) = (inputs[0], inputs[2]);
            Tensor dy = Channels.Passing(inputs[1], x, moments, inputs[3], Epsilon, Rectifies);
            Axes batch = Channels.Batch(x.Shape);
            return Tensor.Stack([(dy * (x - moments.At(0))).Sum(batch) * Channels.Deviation(moments, Epsilon), dy.Sum(batch)]);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.NormalizeSums(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.InputTensor(3), Epsilon, Rectifies, arguments.OutputTensor);
    }

    /// <summary>Inputs: x, dy, moments, affine, sums as above. gamma r (dy - (sum of dy + (x - mean) r sum of dy (x - mean) r) / n).</summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Rectifies">Whether max(0, .) follows.</param>
    public sealed record NormalizeInputGradient(double Epsilon, bool Rectifies) : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[2..]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor x, Tensor moments, Tensor affine, Tensor sums) = (inputs[0], inputs[2], inputs[3], inputs[4]);
            Tensor dy = Channels.Passing(inputs[1], x, moments, affine, Epsilon, Rectifies), r = Channels.Deviation(moments, Epsilon);
            double rows = Math.Max(1, x.Length / Math.Max(1, x.Shape[-1]));
            return affine.At(0) * r * (dy - ((sums.At(1) + ((x - moments.At(0)) * r * sums.At(0))) / rows));
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.NormalizeInputGradient(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.InputTensor(3), arguments.InputTensor(4),
            Epsilon, Rectifies, arguments.OutputTensor);
    }

    /// <summary>What the blocks over channels share. r is one over a channel's deviation.</summary>
    internal static class Channels
    {
        public static Axes Batch(Shape shape) => [.. Enumerable.Range(0, shape.Rank - 1)];

        public static Tensor Deviation(Tensor moments, double epsilon) => 1 / (moments.At(1) + epsilon).Sqrt();

        public static Tensor Value(Tensor x, Tensor moments, Tensor affine, double epsilon) =>
            ((x - moments.At(0)) * (affine.At(0) * Deviation(moments, epsilon))) + affine.At(1);

        public static Tensor Passing(Tensor gradient, Tensor x, Tensor moments, Tensor affine, double epsilon, bool rectifies) =>
            rectifies ? gradient.MaskedBy(Value(x, moments, affine, epsilon).Greater(0)) : gradient;

        public static int Count(string operation, TensorSpec x)
        {
            Ops.Check.Float(operation, x);
            return x.Shape.Rank > 0 ? x.Shape[-1] : throw new ShapeException($"{operation}: received a scalar; expected (..., channels).");
        }

        public static void Check(string operation, TensorSpec x, ReadOnlySpan<TensorSpec> pairs)
        {
            int channels = Count(operation, x);
            foreach (TensorSpec pair in pairs)
            {
                if (pair.Shape != new Shape([2, channels]))
                    throw new ShapeException($"{operation}: received moments or coefficients of shape {pair.Shape} for the shape {x.Shape}; expected (2, {channels}).");
                Ops.Check.SameType(operation, x, pair);
            }
        }
    }
}
