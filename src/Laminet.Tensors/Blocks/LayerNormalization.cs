using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors
{
    /// <content>Normalisation of each example by itself.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Layer normalisation: gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the variance, sum((x - mean)²) / n, over some axes. Each
        /// example is normalised by itself. It stays accurate if the mean is large. (Ba, Kiros and Hinton, "Layer normalization", 2016.)
        /// Keras: <c>layer_normalization</c>; PyTorch: <c>nn.functional.layer_norm</c>; ONNX: <c>LayerNormalization</c>.
        /// </summary>
        /// <param name="gamma">One factor for each place along the axes, of their lengths, in their order in the shape; 1 by default.</param>
        /// <param name="beta">One addend for each place along the axes; 0 by default.</param>
        /// <param name="epsilon">Added to the variance against division by zero.</param>
        /// <param name="axes">The axes to normalise over; the last by default.</param>
        /// <exception cref="ShapeException">The tensor is a scalar or has no such axes, or gamma or beta have another shape than the axes.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor LayerNormalize(Tensor? gamma = null, Tensor? beta = null, double epsilon = 1e-3, Axes? axes = null) =>
            NormalizedOver(new LayerNormalize(epsilon, Centers: true), gamma, beta, axes);

        /// <summary>
        /// Normalisation by the root mean square: gamma x / sqrt(mean(x²) + epsilon), with the mean over some axes. (Zhang and Sennrich, "Root mean square
        /// layer normalization", NeurIPS 2019.) Keras: <c>rms_normalization</c>; ONNX: <c>RMSNormalization</c>.
        /// </summary>
        /// <param name="gamma">One factor for each place along the axes, of their lengths, in their order in the shape; 1 by default.</param>
        /// <param name="epsilon">Added to the mean square against division by zero.</param>
        /// <param name="axes">The axes to normalise over; the last by default.</param>
        /// <exception cref="ShapeException">The tensor is a scalar or has no such axes, or gamma has another shape than the axes.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type.</exception>
        public Tensor RmsNormalize(Tensor? gamma = null, double epsilon = 1e-6, Axes? axes = null) =>
            NormalizedOver(new LayerNormalize(epsilon, Centers: false), gamma, null, axes);

        // Rows of what is normalised together: the axes come last, and are then one.
        private Tensor NormalizedOver(LayerNormalize normalize, Tensor? gamma, Tensor? beta, Axes? axes)
        {
            if (Rank == 0)
                throw new ShapeException($"{normalize.Name}: received a scalar; expected (..., features).");
            int[] over = (axes ?? -1).Of(Shape), order = [.. Enumerable.Range(0, Rank).Except(over), .. over];
            Shape along = [.. over.Select(axis => Shape[axis])];
            foreach (Tensor? vector in (Tensor?[])[gamma, beta])
            {
                if (vector is not null && vector.Shape != along)
                    throw new ShapeException($"{normalize.Name}: received a gamma or beta of shape {vector.Shape} for the shape {Shape}; expected {along}, one number for each place along the axes normalised over.");
            }

            bool isLast = order.SequenceEqual(Enumerable.Range(0, Rank));
            Tensor last = isLast ? this : Transpose(order);
            Tensor rows = over.Length == 1 ? last : last.Reshape([.. last.Shape.Take(Rank - over.Length), along.ElementCount]);
            Shape row = [along.ElementCount];
            Tensor normalized = normalize.Apply(rows, (gamma ?? Ones(row, DType)).Reshape(row), (beta ?? Zeros(row, DType)).Reshape(row)).Reshape(last.Shape);
            return isLast ? normalized : normalized.Transpose([.. Enumerable.Range(0, Rank).Select(axis => Array.IndexOf(order, axis))]);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Inputs: x (..., width), gamma (width), beta (width). gamma (x - mean) / sqrt(variance + epsilon) + beta over the last axis.</summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Centers">Whether the mean is taken off; if not, the mean square stands for the variance.</param>
    public sealed record LayerNormalize(double Epsilon, bool Centers) : Block
    {
        /// <inheritdoc/>
        public override string Name => Centers ? nameof(LayerNormalize) : "RmsNormalize";

        /// <summary>Rows as few as those of one step of decoding, for which copies of their own would cost more than the rest.</summary>
        private const int FewNumbers = 32 * 1024;

        internal override bool IsOnePass => true;

        internal override bool TakesHalves(in KernelArguments arguments) => arguments.InputTensor(0) is { DType: var type, Length: <= FewNumbers } && type.IsHalf();

        internal override bool MayOverwrite(int input, int output = 0) => input == 0;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[1..]);
            return inputs[0];
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs) => (NormalRows.Of(inputs[0], Epsilon, Centers).Normal * inputs[1]) + inputs[2];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.NormalizeRows(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), Epsilon, Centers, arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor?[] all = [.. new LayerNormalizeGradient(Epsilon, Centers).ApplyAll(arguments.Inputs[0], arguments.Upstream, arguments.Inputs[1])];
            for (int input = 0; input < all.Length; input++)
                all[input] = arguments.Wants(input) ? all[input] : null;
            return all;
        }
    }

    /// <summary>
    /// Inputs: x, dy, gamma. The gradients by x, r (g - mean(g) - n mean(g n)) with g = dy gamma, n = (x - mean) r and r = 1 / sqrt(variance + epsilon); by gamma,
    /// the sum of dy n over all rows; and by beta, the sum of dy. Without centring, mean(g) is 0.
    /// </summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Centers">Whether the mean is taken off.</param>
    public sealed record LayerNormalizeGradient(double Epsilon, bool Centers) : Block
    {
        internal override bool MayOverwrite(int input, int output = 0) => output == 0 && input < 2;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Channels.Check(Name, inputs[0], inputs[2..]);
            return [inputs[0], inputs[2], inputs[2]];
        }

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor dy, Axes rows) = (inputs[1], Channels.Batch(inputs[0].Shape));
            (Tensor normal, Tensor r) = NormalRows.Of(inputs[0], Epsilon, Centers);
            Tensor g = dy * inputs[2], shared = normal * (g * normal).Mean(-1, keepDims: true);
            return [r * (g - (Centers ? shared + g.Mean(-1, keepDims: true) : shared)), (dy * normal).Sum(rows), dy.Sum(rows)];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.NormalizeRowsGradient(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), Epsilon, Centers,
            Channels.Wanted(arguments, 0), Channels.Wanted(arguments, 1), Channels.Wanted(arguments, 2));
    }

    /// <summary>Rows in other operations: each normalised, without gamma and beta, and one over its deviation.</summary>
    internal static class NormalRows
    {
        public static (Tensor Normal, Tensor R) Of(Tensor x, double epsilon, bool centers)
        {
            Tensor deviations = centers ? x - x.Mean(-1, keepDims: true) : x;
            Tensor r = 1 / (deviations.Square().Mean(-1, keepDims: true) + epsilon).Sqrt();
            return (deviations * r, r);
        }
    }
}
