using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Matrix products.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The matrix product of the two innermost axes, (..., m, k) times (..., k, n) to (..., m, n); outer axes broadcast. As in NumPy's
        /// matmul a vector on the left is a row, a vector on the right a column, and the result has no axis for it: two vectors give a scalar.
        /// Integers keep their type, and sums wrap around in it; two Int8 tensors give Int32, as in Keras. NumPy, Keras and PyTorch: <c>matmul</c>, of vectors as well; ONNX: <c>MatMul</c>.
        /// </summary>
        /// <param name="other">The right factor.</param>
        /// <param name="transposeThis">Whether this tensor, (..., k, m), is read transposed, without copying. It has no effect on a vector.</param>
        /// <param name="transposeOther">Whether <paramref name="other"/>, (..., n, k), is read transposed, without copying. It has no effect on a vector.</param>
        /// <exception cref="ShapeException">A factor is a scalar, or the inner lengths differ.</exception>
        /// <exception cref="DTypeException">The factors are truth values.</exception>
        public Tensor MatMul(Tensor other, bool transposeThis = false, bool transposeOther = false)
        {
            ArgumentNullException.ThrowIfNull(other);
            bool isRow = Rank == 1, isColumn = other.Rank == 1;
            Tensor product = Promoted(
                new MatMul(transposeThis && !isRow, transposeOther && !isColumn), isRow ? ExpandDims(0) : this, isColumn ? other.ExpandDims(1) : other);
            if (isColumn)
                product = product.Squeeze(-1);
            return isRow ? product.Squeeze(isColumn ? -1 : -2) : product;
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The matrix product of the two innermost axes; outer axes broadcast.</summary>
    /// <param name="TransposeLeft">Whether the left factor is read transposed.</param>
    /// <param name="TransposeRight">Whether the right factor is read transposed.</param>
    public sealed record MatMul(bool TransposeLeft, bool TransposeRight) : Primitive
    {
        internal override bool WidensHalves => true;

        // Decoding, where each number of a matrix is read once.
        internal override bool TakesHalves(in KernelArguments arguments) =>
            CheckedKernels.TakesHalves(new(arguments.InputTensor(0), TransposeLeft), new(arguments.InputTensor(1), TransposeRight)) && arguments.OutputSpec.DType == DType.BFloat16;

        internal override bool AcceptsStrides => true;

        internal override Primitive? Absorb(Follower follower, ReadOnlySpan<TensorSpec> inputs) =>
            double.IsFinite(follower.Ceiling) ? null : new FoldedMatMul(this, follower == Follower.Bias, follower == Follower.Residual, follower == Follower.Rectify);

        internal override PreferredForm? CpuForm(int input, ReadOnlySpan<TensorSpec> inputs) => new FoldedMatMul(this, false, false, false).CpuForm(input, inputs);

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            (Shape left, Shape right) = (inputs[0].Shape, inputs[1].Shape);
            Check.Number(Name, inputs[0]);
            DType type = Check.SameType(Name, inputs[0], inputs[1]);
            if (left.Rank < 2 || right.Rank < 2)
                throw new ShapeException($"MatMul: received shapes {left} and {right}; both need an axis to sum over. Multiply by a scalar with *.");
            (int rows, int inner) = TransposeLeft ? (left[-1], left[-2]) : (left[-2], left[-1]);
            (int otherInner, int columns) = TransposeRight ? (right[-1], right[-2]) : (right[-2], right[-1]);
            if (inner != otherInner)
            {
                throw new ShapeException($"MatMul: received {Text(left, TransposeLeft)} times {Text(right, TransposeRight)}; "
                    + $"the inner lengths {inner} and {otherInner} must be equal. Transpose or Reshape one of the two.");
            }

            Shape batch = Check.Broadcast(Name, Batch(left), Batch(right));
            return new([.. batch.Dimensions, rows, columns], type == DType.Int8 ? DType.Int32 : type);

            static string Text(Shape shape, bool transposed) => transposed ? $"{shape} transposed" : shape.ToString();
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            2.0 * output.Shape.ElementCount * (TransposeLeft ? inputs[0].Shape[-2] : inputs[0].Shape[-1]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType.IsHalf())
                CheckedKernels.MultiplyHalves(new(arguments.InputTensor(0), TransposeLeft), new(arguments.InputTensor(1), TransposeRight), arguments.OutputTensor);
            else if (arguments.OutputSpec.DType.IsFloat())
                Run(arguments, null, null, false);
            else
                CheckedKernels.IntegerMultiply(new(arguments.InputTensor(0), TransposeLeft), new(arguments.InputTensor(1), TransposeRight), arguments.OutputTensor);
        }

        /// <summary>The product with what is folded into it: relu(left right + residual + bias), each part optional.</summary>
        internal void Run(in KernelArguments arguments, Tensor? bias, Tensor? residual, bool relu)
        {
            MatrixStack left = new(arguments.InputTensor(0), TransposeLeft), right = new(arguments.InputTensor(1), TransposeRight);
            CheckedKernels.MatrixMultiply(left, right, bias, residual, relu, arguments.OutputTensor);
        }

        // C = AB: dA = dC Bt, dB = At dC; with transposed operands the roles change places.
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            (Tensor left, Tensor right, Tensor upstream) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Upstream);
            if (input == 1 && right.Shape.CountOf(..(right.Rank - 2)) == 1 && upstream.Rank > 2)
            {
                // One right factor for all products: the rows of all are summed over in one product, not each matrix's in one of its own.
                (left, upstream) = (Rows(TransposeLeft ? Transposed(left) : left), Rows(upstream));
                return (TransposeRight ? upstream.MatMul(left, true) : left.MatMul(upstream, true)).Reshape(right.Shape);
            }

            Tensor gradient = (input, input == 0 ? TransposeLeft : TransposeRight) switch
            {
                (0, false) => upstream.MatMul(right, false, !TransposeRight),
                (0, true) => right.MatMul(upstream, TransposeRight, true),
                (_, false) => left.MatMul(upstream, !TransposeLeft, false),
                _ => upstream.MatMul(left, true, TransposeLeft),
            };
            return gradient.SumTo(arguments.Inputs[input].Shape);
        }

        // A stack of matrices one below the other.
        private static Tensor Rows(Tensor stack) => stack.Reshape([stack.Shape.CountOf(..(stack.Rank - 1)), stack.Shape[-1]]);

        private static Tensor Transposed(Tensor stack) => stack.Transpose([.. Enumerable.Range(0, stack.Rank - 2), stack.Rank - 1, stack.Rank - 2]);

        private static Shape Batch(Shape shape) => [.. shape.Take(shape.Rank - 2)];
    }
}
