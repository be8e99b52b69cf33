using System.Globalization;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Lengths of vectors, and the logarithm of a sum of exponentials.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The length of the vectors along axes: sum |x| for order 1, sqrt(sum x²) for order 2, max |x| for infinity. NumPy and PyTorch:
        /// <c>linalg.norm</c>, <c>linalg.vector_norm</c>; Keras: <c>ops.norm</c>. Floating point only.
        /// </summary>
        /// <param name="axes">The axes of a vector; by default all.</param>
        /// <param name="order">1, 2 or infinity.</param>
        /// <param name="keepDims">Whether the axes stay, with length 1.</param>
        /// <remarks>
        /// Squares neither overflow nor underflow: [3e20, 4e20] in Float32 has the norm 5e20. At a zero vector the norm has no gradient; the result there
        /// is 0 (a subgradient), in every order of derivative, while <c>x.Square().Sum().Sqrt()</c> gives NaN. For order infinity, equal
        /// largest elements share the gradient. <see cref="UnitNormalize"/> makes vectors of length 1.
        /// </remarks>
        /// <exception cref="ArgumentOutOfRangeException">The order is none of the three.</exception>
        /// <exception cref="ShapeException">The order is infinity and there is nothing to compare.</exception>
        public Tensor Norm(Axes axes = default, double order = 2, bool keepDims = false)
        {
            Check.Float("Norm", Spec);
            return order switch
            {
                1 => Abs().Sum(axes, keepDims),
                2 => EuclideanNorm(axes.Of(Shape), keepDims),
                double.PositiveInfinity => Abs().Max(axes, keepDims),
                _ => throw new ArgumentOutOfRangeException(nameof(order),
                    $"Norm: received the order {order.ToString(CultureInfo.InvariantCulture)}; expected 1, 2 or double.PositiveInfinity."),
            };
        }

        /// <summary>
        /// Vectors of length 1: x / max(norm, epsilon). Keras: <c>ops.normalize</c>; PyTorch: <c>nn.functional.normalize</c>. Floating point only; halves are
        /// computed in Float32. A zero vector stays zero, and the gradient there is finite, 1 / epsilon.
        /// </summary>
        /// <param name="axes">The axes of a vector; by default all.</param>
        /// <param name="order">Which norm, as in <see cref="Norm"/>.</param>
        /// <param name="epsilon">The least divisor.</param>
        /// <exception cref="ArgumentOutOfRangeException">The order is not known.</exception>
        public Tensor UnitNormalize(Axes axes = default, double order = 2, double epsilon = 1e-12) => DType.IsHalf()
            ? Cast(DType.Float32).UnitNormalize(axes, order, epsilon).Cast(DType)
            : this / Norm(axes, order, keepDims: true).Clip(epsilon, double.PositiveInfinity);

        /// <summary>
        /// ln(sum(exp(x))) along axes, without overflow. The gradient is the softmax. If all elements are minus infinity (everything masked out), the result is
        /// minus infinity and the gradient is 0, not NaN. NumPy: <c>logaddexp.reduce</c>; PyTorch and Keras: <c>logsumexp</c>.
        /// Floating point only.
        /// </summary>
        /// <exception cref="ShapeException">There is nothing to add.</exception>
        public Tensor LogSumExp(Axes axes = default, bool keepDims = false)
        {
            Check.Float("LogSumExp", Spec);
            // The result does not depend on what is taken off, so the peak is a constant to every derivative. It is kept finite, since
            // infinity less infinity is NaN.
            double bound = DType.Largest();
            Tensor peak = Max(axes, keepDims: true).Detach().Clip(-bound, bound);
            Tensor sum = (this - peak).Exp().Sum(axes, keepDims: true);
            // The logarithm's operand is replaced as well as its result: its gradient at 0 is infinite.
            Tensor masked = sum.Equal(0);
            Tensor logarithm = Where(masked, Scalar(1, DType), sum).Log() + peak;
            Tensor result = Where(masked, Scalar(double.NegativeInfinity, DType), logarithm);
            return keepDims ? result : result.Reshape(Without(axes.Of(Shape)));
        }

        private Tensor EuclideanNorm(int[] reduced, bool keepDims)
        {
            int[] kept = [.. Enumerable.Range(0, Rank).Except(reduced)];
            bool last = reduced.Length == 0 || reduced[0] == kept.Length;
            Tensor result = new Norm(reduced.Length).Apply(last ? this : Transpose([.. kept, .. reduced]));
            return keepDims ? result.Reshape(KeptShape(reduced)) : result;
        }

        private Shape Without(int[] reduced)
        {
            Shape shape = Shape;
            return [.. Enumerable.Range(0, Rank).Except(reduced).Select(axis => shape[axis])];
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The Euclidean length along the last Count axes. dx = dy x / |x|, and 0 where x is 0.</summary>
    /// <param name="Count">How many.</param>
    public sealed record Norm(int Count) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(Name, inputs[0]);
            return new([.. inputs[0].Shape.Take(inputs[0].Shape.Rank - Count)], inputs[0].DType);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Tensor x = arguments.InputTensor(0), output = arguments.OutputTensor;
            int length = x.Shape.CountOf((x.Rank - Count)..);
            if (x.DType == DType.Float32)
                RowNorms.Run<float>(x, length, output);
            else
                RowNorms.Run<double>(x, length, output);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor x = arguments.Inputs[0];
            Shape column = [.. arguments.Output.Shape, .. Enumerable.Repeat(1, Count)];
            Tensor norm = arguments.Output.Reshape(column), isZero = norm.Equal(0);
            // The divisor is replaced as well as the result: 0/0 in what is not chosen would make the next derivative NaN.
            Tensor direction = x / Tensor.Where(isZero, Tensor.Scalar(1, x.DType), norm);
            return (arguments.Upstream.Reshape(column) * direction).MaskedBy(isZero.Not());
        }
    }
}
