using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Lengths of vectors, and the logarithm of a sum of exponentials.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The length of the vectors along axes, (sum |x|^p)^(1/p) for order p: sum |x| for order 1, sqrt(sum x²) for order 2, max |x| for infinity, min |x| for minus infinity, and the count of elements that are not 0
        /// for order 0. NumPy and PyTorch: <c>linalg.norm</c>, <c>linalg.vector_norm</c>; Keras: <c>ops.norm</c>. Floating point only. Norms of matrices: <see cref="MatrixNorm"/>.
        /// </summary>
        /// <param name="axes">The axes of a vector; by default all.</param>
        /// <param name="order">p, any number.</param>
        /// <param name="keepDims">Whether the axes stay, with length 1.</param>
        /// <remarks>
        /// Squares neither overflow nor underflow: [3e20, 4e20] in Float32 has the norm 5e20. At a zero vector the norm has no gradient; the result there
        /// is 0 (a subgradient), in every order of derivative, while <c>x.Square().Sum().Sqrt()</c> gives NaN. For order infinity, equal
        /// largest elements share the gradient, and for minus infinity the smallest. <see cref="UnitNormalize"/> makes vectors of length 1.
        /// </remarks>
        /// <exception cref="ArgumentOutOfRangeException">The order is NaN.</exception>
        /// <exception cref="ShapeException">The order is infinity, or minus infinity, and there is nothing to compare.</exception>
        public Tensor Norm(Axes axes = default, double order = 2, bool keepDims = false)
        {
            Check.Float("Norm", Spec);
            return order switch
            {
                0 => NotEqual(0).Cast(DType).Sum(axes, keepDims),
                1 => Abs().Sum(axes, keepDims),
                2 => EuclideanNorm(axes.Of(Shape), keepDims),
                double.PositiveInfinity => Abs().Max(axes, keepDims),
                double.NegativeInfinity => Abs().Min(axes, keepDims),
                double.NaN => throw new ArgumentOutOfRangeException(nameof(order), "Norm: received the order NaN; expected a number, or an infinity."),
                _ => PowerNorm(axes, order, keepDims),
            };
        }

        /// <summary>
        /// A norm of the matrices along two axes: of singular values, or of sums of rows and columns. NumPy and PyTorch: <c>linalg.norm</c>, <c>linalg.matrix_norm</c>; Keras: <c>ops.norm</c> with two axes. Floating point
        /// only.
        /// </summary>
        /// <param name="kind">Which norm.</param>
        /// <param name="axes">The axes of rows and of columns; the last two by default.</param>
        /// <param name="keepDims">Whether the axes stay, with length 1.</param>
        /// <exception cref="LinearAlgebraException">A number is not finite, for the norms of singular values.</exception>
        /// <exception cref="ArgumentException">The axes are the same.</exception>
        /// <exception cref="ShapeException">These are no matrices, or there is nothing to compare.</exception>
        public Tensor MatrixNorm(MatrixNormKind kind = MatrixNormKind.Frobenius, (int Row, int Column)? axes = null, bool keepDims = false)
        {
            Matrices.Require("MatrixNorm", Spec);
            (int row, int column) = (Shape.Axis(axes?.Row ?? -2), Shape.Axis(axes?.Column ?? -1));
            if (row == column)
                throw new ArgumentException($"MatrixNorm: received the axis {row} twice; expected two axes of {Shape}.", nameof(axes));
            Tensor matrices = Transpose([.. Enumerable.Range(0, Rank).Where(axis => axis != row && axis != column), row, column]);
            Tensor result = kind switch
            {
                MatrixNormKind.Frobenius => matrices.EuclideanNorm([Rank - 2, Rank - 1], keepDims: false),
                MatrixNormKind.Nuclear => matrices.SingularValues().Sum(-1),
                MatrixNormKind.Spectral => matrices.SingularValues().Max(-1),
                MatrixNormKind.LeastSingular => matrices.SingularValues().Min(-1),
                MatrixNormKind.LargestColumn => matrices.Abs().Sum(-2).Max(-1),
                MatrixNormKind.SmallestColumn => matrices.Abs().Sum(-2).Min(-1),
                MatrixNormKind.LargestRow => matrices.Abs().Sum(-1).Max(-1),
                MatrixNormKind.SmallestRow => matrices.Abs().Sum(-1).Min(-1),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), $"MatrixNorm: received {kind}; expected a named {nameof(MatrixNormKind)}."),
            };
            return keepDims ? result.Reshape(Shape.With(row, 1).With(column, 1)) : result;
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
        /// minus infinity and the gradient is 0, not NaN; so it is of no elements. NumPy: <c>logaddexp.reduce</c>; PyTorch and Keras: <c>logsumexp</c>;
        /// ONNX: <c>ReduceLogSumExp</c>. Floating point only.
        /// </summary>
        public Tensor LogSumExp(Axes axes = default, bool keepDims = false)
        {
            Check.Float("LogSumExp", Spec);
            // The result does not depend on what is taken off, so the peak is a constant to every derivative. It is kept finite, since
            // infinity less infinity is NaN.
            double bound = DType.Largest();
            Tensor peak = (Length == 0 ? Sum(axes, keepDims: true) : Max(axes, keepDims: true)).Detach().Clip(-bound, bound);
            Tensor sum = (this - peak).Exp().Sum(axes, keepDims: true);
            // The logarithm's operand is replaced as well as its result: its gradient at 0 is infinite.
            Tensor masked = sum.Equal(0);
            Tensor logarithm = Where(masked, Scalar(1, DType), sum).Log() + peak;
            Tensor result = Where(masked, Scalar(double.NegativeInfinity, DType), logarithm);
            return keepDims ? result : result.Reshape(Without(axes.Of(Shape)));
        }

        // Of x / max |x|, which of none is 0, so that powers do not overflow; that factor is a constant to every derivative. Operands are replaced as well as results, since the gradient of a power at 0 need not be finite.
        private Tensor PowerNorm(Axes axes, double order, bool keepDims)
        {
            Tensor one = Scalar(1, DType), largest = (Length == 0 ? Abs().Sum(axes, keepDims: true) : Abs().Max(axes, keepDims: true)).Detach(), scale = Where(largest.Equal(0), one, largest), sizes = Abs() / scale;
            Tensor isZero = sizes.Equal(0), powers = Where(isZero, Scalar(order > 0 ? 0 : double.PositiveInfinity, DType), Where(isZero, one, sizes).Pow(order));
            Tensor sum = powers.Sum(axes, keepDims: true), isEdge = sum.Equal(0).Or(sum.IsFinite().Not());
            Tensor result = Where(isEdge, sum.Pow(1 / order).Detach(), Where(isEdge, one, sum).Pow(1 / order)) * scale;
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
