using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Determinants.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The determinant of square matrices, (..., n, n) to (...); that of a matrix without rows is 1. The gradient is the matrix of cofactors, also where the matrix is singular; the second derivative exists only where it
        /// is not, and is NaN or infinite elsewhere. NumPy and PyTorch: <c>linalg.det</c>; Keras: <c>ops.det</c>. (Golub and Van Loan, 3.2.)
        /// </summary>
        /// <remarks>It overflows easily: see <see cref="SignLogDeterminant"/>.</remarks>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor Determinant() => new Determinant().Apply(this);

        /// <summary>
        /// The sign of the determinant, -1, 0 or 1, and the logarithm of its magnitude, minus infinity for a singular matrix. The gradient of the logarithm is A⁻ᵀ. NumPy and PyTorch: <c>linalg.slogdet</c>; Keras:
        /// <c>ops.slogdet</c>.
        /// </summary>
        /// <exception cref="LinearAlgebraException">The gradient at a singular matrix, which has none.</exception>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public (Tensor Sign, Tensor Logarithm) SignLogDeterminant()
        {
            Tensor[] outputs = new SignLogDeterminant().ApplyAll(this);
            return (outputs[0], outputs[1]);
        }

        /// <summary>The logarithm of the determinant; NaN where it is negative. PyTorch: <c>logdet</c>; Keras: <c>ops.logdet</c>, for positive definite matrices.</summary>
        /// <inheritdoc cref="SignLogDeterminant" path="/exception"/>
        public Tensor LogDeterminant()
        {
            (Tensor sign, Tensor logarithm) = SignLogDeterminant();
            return Where(sign.Less(0), Scalar(double.NaN, DType), logarithm);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>det A.</summary>
    public sealed record Determinant : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Matrices.RequireSquare(Name, inputs[0]) with { Shape = inputs[0].Shape[..^2] };

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 2.0 * inputs[0].Shape.ElementCount * inputs[0].Shape[-1] / 3;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Determinant(arguments.InputTensor(0), arguments.OutputTensor, null, null);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream.ExpandDims(-1).ExpandDims(-1) * new Cofactors().Apply(arguments.Inputs[0]);
    }

    /// <summary>The sign of det A and ln |det A|.</summary>
    public sealed record SignLogDeterminant : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec number = Matrices.RequireSquare(Name, inputs[0]) with { Shape = inputs[0].Shape[..^2] };
            return [number, number];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 2.0 * inputs[0].Shape.ElementCount * inputs[0].Shape[-1] / 3;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Determinant(arguments.InputTensor(0), null, arguments.Outputs[0], arguments.Outputs[1]);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) => arguments.Upstreams[1] is { } upstream
            ? [upstream.ExpandDims(-1).ExpandDims(-1) * arguments.Inputs[0].Inverse().Transposed()]
            : [null];
    }

    /// <summary>The cofactors of A, d det A / dA: by A = U diag(s) Vᵀ they are det U det V U diag(product of the other s) Vᵀ, which needs no inverse.</summary>
    public sealed record Cofactors : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Matrices.RequireSquare(Name, inputs[0]);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 22.0 * output.Shape.ElementCount * output.Shape[-1];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => NotFinite.Throw(Name, CheckedKernels.Cofactors(arguments.InputTensor(0), arguments.OutputTensor), arguments.OutputSpec.Shape);

        // C = det A A⁻ᵀ gives dA = (<G, C> C - C Gᵀ C) / det A.
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            (Tensor cofactors, Tensor upstream) = (arguments.Output, arguments.Upstream);
            Tensor inner = (cofactors * upstream).Sum([-2, -1], keepDims: true);
            Tensor determinant = arguments.Inputs[0].Determinant().ExpandDims(-1).ExpandDims(-1);
            return ((inner * cofactors) - cofactors.MatMul(upstream, transposeOther: true).MatMul(cofactors)) / determinant;
        }
    }
}
