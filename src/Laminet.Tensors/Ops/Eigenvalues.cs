using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Eigenvalues and eigenvectors.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// A = V diag(w) Vᵀ of symmetric matrices (..., n, n), of which the lower triangle is read: the eigenvalues (..., n) in ascending order, and orthonormal eigenvectors as columns (..., n, n). Of each vector the
        /// component of largest magnitude, the first of several, is positive. By a tridiagonal matrix and implicit QL steps. NumPy and PyTorch: <c>linalg.eigh</c>; Keras: <c>ops.eigh</c>. (Golub and Van Loan, 8.3.)
        /// </summary>
        /// <remarks>
        /// The gradient is symmetric. Vectors of equal eigenvalues are not unique: what the gradient would owe to the choice among them, divided by the difference of two eigenvalues, is left out where that difference is a
        /// rounding error. So it is right for functions that do not depend on that choice.
        /// </remarks>
        /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public (Tensor Values, Tensor Vectors) Eigh()
        {
            Tensor[] outputs = new Eigh(HasVectors: true).ApplyAll(this);
            return (outputs[0], outputs[1]);
        }

        /// <summary>The eigenvalues of <see cref="Eigh"/> alone, in about a third of the time. NumPy and PyTorch: <c>linalg.eigvalsh</c>.</summary>
        /// <inheritdoc cref="Eigh" path="/exception"/>
        public Tensor Eigvalsh() => new Eigh(HasVectors: false).Apply(this);

        /// <summary>
        /// The eigenvalues (..., n) and eigenvectors (..., n, n), as columns, of general matrices: A V = V diag(w), complex numbers as real and imaginary parts. Vectors have length 1, and of each the component of largest
        /// modulus is real and positive. Of a conjugate pair the eigenvalue with a positive imaginary part comes first; otherwise there is no order. Computed in Float64. NumPy and PyTorch:
        /// <c>linalg.eig</c>; Keras: <c>ops.eig</c>. (Francis, "The QR transformation", 1961; Golub and Van Loan, 7.5.)
        /// </summary>
        /// <remarks>
        /// The gradient is that of these vectors, with their length and phase; of functions that do not depend on the phase it is PyTorch's, which throws for others. As with <see cref="Eigh"/>, what it would owe to
        /// the choice among vectors of equal eigenvalues is left out. A matrix without n independent vectors has no derivative: the gradient is very large there, by rounding errors, or a
        /// <see cref="LinearAlgebraException"/> says that the vectors are dependent. (Boeddeker et al. 2017, "On the computation of complex-valued gradients with application to statistically optimum beamforming".)
        /// </remarks>
        /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public ((Tensor Real, Tensor Imaginary) Values, (Tensor Real, Tensor Imaginary) Vectors) Eig()
        {
            Matrices.RequireSquare("Eig", Spec);
            Tensor[] parts = [.. new Eig().ApplyAll(Cast(DType.Float64)).Select(part => part.Cast(DType))];
            return ((parts[0], parts[1]), (parts[2], parts[3]));
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The eigenvalues of symmetric matrices and, if they are wanted, their vectors.</summary>
    /// <param name="HasVectors">Whether there is a second output.</param>
    public sealed record Eigh(bool HasVectors) : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec vectors = Matrices.RequireSquare(Name, inputs[0]), values = vectors with { Shape = vectors.Shape[..^1] };
            return HasVectors ? [values, vectors] : [values];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (HasVectors ? 9 : 4.0 / 3) * inputs[0].Shape.ElementCount * inputs[0].Shape[-1];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Tensor a = arguments.InputTensor(0), values = arguments.Outputs[0] ?? Tensor.Empty(a.Shape[..^1], a.DType);
            NotFinite.Throw(Name, CheckedKernels.SymmetricEigen(a, values, HasVectors ? arguments.Outputs[1] : null), a.Shape);
        }

        // The vectors are needed for the gradient by the values too.
        /// <inheritdoc/>
        protected override Primitive ForGradient(ReadOnlySpan<bool> watched) => new Eigh(HasVectors: true);

        // dA = V (diag(dw) + F * (Vᵀ dV)) Vᵀ with F_ij = 1 / (w_j - w_i), and its symmetric part.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor values = arguments.Outputs[0], v = arguments.Outputs[1];
            Tensor? inner = arguments.Upstreams[0] is { } ofValues ? Matrices.Diagonals(ofValues) : null;
            if (arguments.Upstreams[1] is { } ofVectors)
            {
                Tensor gaps = Gaps.Reciprocal(values, values.Abs().Max([-1], keepDims: true));
                Tensor ofBasis = v.MatMul(ofVectors, transposeThis: true) * gaps;
                inner = inner is null ? ofBasis : inner + ofBasis;
            }

            return [inner is null ? null : v.MatMul(inner).MatMul(v, transposeOther: true).Symmetric()];
        }
    }

    /// <summary>The real and imaginary parts of eigenvalues and eigenvectors.</summary>
    public sealed record Eig : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            TensorSpec vectors = Matrices.RequireSquare(Name, inputs[0]), values = vectors with { Shape = vectors.Shape[..^1] };
            return [values, values, vectors, vectors];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 25.0 * inputs[0].Shape.ElementCount * inputs[0].Shape[-1];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Tensor a = arguments.InputTensor(0);
            Tensor[] outputs = [.. InferAll([a.Spec]).Zip(arguments.Outputs, (spec, output) => output ?? Tensor.Empty(spec.Shape, spec.DType))];
            NotFinite.Throw(Name, CheckedKernels.GeneralEigen(a, outputs[0], outputs[1], outputs[2], outputs[3]), a.Shape);
        }

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) => [EigGradient.Of(arguments.Outputs.ToArray(), arguments.Upstreams.ToArray())];
    }

    internal static class Gaps
    {
        /// <summary>1 / (x_j - x_i) for each pair, and 0 where that is a rounding error beside the largest.</summary>
        public static Tensor Reciprocal(Tensor x, Tensor largest)
        {
            Tensor bound = (largest * (x.Shape[-1] * x.DType.Epsilon())).Detach().ExpandDims(-1);
            return Matrices.SafeReciprocal(x.ExpandDims(-2) - x.ExpandDims(-1), bound);
        }
    }
}
