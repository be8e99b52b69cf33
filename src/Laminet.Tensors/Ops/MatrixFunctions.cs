using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Powers and exponentials of matrices.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The product of n equal matrices, (..., n, n), by repeated squaring; the inverse of that for a negative n, the identity for 0. NumPy and PyTorch: <c>linalg.matrix_power</c>; Keras: <c>ops.matrix_power</c>.
        /// </summary>
        /// <param name="power">n.</param>
        /// <exception cref="LinearAlgebraException">The power is negative and a matrix singular.</exception>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor MatrixPower(int power)
        {
            Matrices.RequireSquare("MatrixPower", Spec);
            if (power == 0)
                return ZerosLike() + Identity(Shape[-1], DType);
            Tensor square = power < 0 ? Inverse() : this;
            Tensor? product = null;
            for (long left = Math.Abs((long)power); ; left >>= 1)
            {
                if ((left & 1) == 1)
                    product = product is null ? square : product.MatMul(square);
                if (left <= 1)
                    return product!;
                square = square.MatMul(square);
            }
        }

        /// <summary>
        /// exp(A) = sum A^k / k! of square matrices, (..., n, n), by a Padé approximant of degree 13 and squarings, in Float64. The gradient is exp's Fréchet derivative at Aᵀ. PyTorch: <c>linalg.matrix_exp</c>; SciPy:
        /// <c>linalg.expm</c>. (Higham, "The scaling and squaring method for the matrix exponential revisited", 2005.)
        /// </summary>
        /// <remarks>A matrix with a number that is not finite gives NaN.</remarks>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor MatrixExponential()
        {
            Matrices.RequireSquare("MatrixExponential", Spec);
            return new MatrixExponential().Apply(Cast(DType.Float64)).Cast(DType);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>exp(A), Float64.</summary>
    public sealed record MatrixExponential : Primitive
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Matrices.RequireSquare(Name, inputs[0]);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 20.0 * output.Shape.ElementCount * output.Shape[-1];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.MatrixExponential(arguments.InputTensor(0), arguments.OutputTensor);

        // exp([Aᵀ G; 0 Aᵀ]) has the derivative of exp at Aᵀ in the direction G as its upper right part. (Mathias, "A chain rule for matrix functions and applications", 1996.)
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor transposed = arguments.Inputs[0].Transposed(), upstream = arguments.Upstream;
            int n = upstream.Shape[-1];
            Tensor upper = Tensor.Concatenate([transposed, upstream], -1), lower = Tensor.Concatenate([transposed.ZerosLike(), transposed], -1);
            return Apply(Tensor.Concatenate([upper, lower], -2)).Slice(0, n, axis: -2).Slice(n, 2 * n, axis: -1);
        }
    }
}
