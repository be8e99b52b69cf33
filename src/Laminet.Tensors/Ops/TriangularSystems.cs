using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Cholesky factors and triangular systems.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The triangular matrix L with A = L Lᵀ of symmetric positive definite matrices (..., n, n), or U = Lᵀ with A = Uᵀ U. The diagonal is positive, so the factor is unique. Only one triangle of A is read, the
        /// lower one, or for U the upper one. The gradient is symmetric, as that of a function of symmetric matrices. NumPy and PyTorch: <c>linalg.cholesky</c>; Keras: <c>ops.cholesky</c>. (Golub and Van
        /// Loan, "Matrix Computations", 4.2; gradient: Murray, "Differentiation of the Cholesky decomposition", 2016.)
        /// </summary>
        /// <param name="upper">Whether to give U.</param>
        /// <exception cref="LinearAlgebraException">A matrix is not positive definite.</exception>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor Cholesky(bool upper = false)
        {
            Matrices.RequireSquare("Cholesky", Spec);
            return upper ? new Cholesky().Apply(this.Transposed()).Transposed() : new Cholesky().Apply(this);
        }

        /// <summary>
        /// The inverse of A = L Lᵀ, or A = Uᵀ U, from its factor: (L Lᵀ)⁻¹ = L⁻ᵀ L⁻¹. The other triangle is not read. PyTorch: <c>cholesky_inverse</c>; Keras: <c>ops.cholesky_inverse</c>.
        /// </summary>
        /// <param name="upper">Whether this is U.</param>
        /// <remarks>A diagonal with a 0 gives infinite numbers or NaN.</remarks>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor CholeskyInverse(bool upper = false)
        {
            Matrices.RequireSquare("CholeskyInverse", Spec);
            Tensor inverse = SolveTriangular(Identity(Shape[-1], DType).BroadcastTo(Shape), lower: !upper, transpose: upper);
            return inverse.MatMul(inverse, transposeThis: true);
        }

        /// <summary>
        /// X with T X = B, or Tᵀ X = B, for triangular matrices T (..., n, n) and B (..., n, k), or vectors (..., n). Outer axes broadcast. The other triangle is not read. Keras: <c>ops.solve_triangular</c>; PyTorch:
        /// <c>linalg.solve_triangular</c>; SciPy: <c>linalg.solve_triangular</c>. (Golub and Van Loan, 3.1.)
        /// </summary>
        /// <param name="b">The right sides. They are vectors if they have one axis less than the matrices.</param>
        /// <param name="lower">Whether T is the lower triangle; otherwise the upper one.</param>
        /// <param name="transpose">Whether T is read transposed: the triangle is that of T itself.</param>
        /// <param name="unitDiagonal">Whether the diagonal is taken as ones.</param>
        /// <remarks>A diagonal with a 0 gives infinite numbers or NaN, as in PyTorch.</remarks>
        /// <exception cref="ShapeException">The matrices are not square, or the right sides do not fit.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor SolveTriangular(Tensor b, bool lower = false, bool transpose = false, bool unitDiagonal = false) =>
            OfSystem("SolveTriangular", b, new SolveTriangular(lower, transpose, unitDiagonal));

        // Types that are promoted, vectors as columns, and outer axes that broadcast.
        private Tensor OfSystem(string name, Tensor b, Primitive solver)
        {
            ArgumentNullException.ThrowIfNull(b);
            Matrices.RequireSquare(name, Spec);
            bool isVector = b.Rank == Rank - 1;
            Tensor right = isVector ? b.ExpandDims(-1) : b;
            if (right.Rank < 2 || right.Shape[-2] != Shape[-1])
                throw new ShapeException($"{name}: received matrices of shape {Shape} and right sides of shape {b.Shape}; expected vectors (..., {Shape[-1]}) or matrices (..., {Shape[-1]}, k).");
            Shape outer = Check.Broadcast(name, Shape[..^2], right.Shape[..^2]);
            Tensor x = Promoted(solver, BroadcastTo([.. outer, Shape[-1], Shape[-1]]), right.BroadcastTo([.. outer, Shape[-1], right.Shape[-1]]));
            return isVector ? x.Squeeze(-1) : x;
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>L of A = L Lᵀ; reads the lower triangle.</summary>
    public sealed record Cholesky : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Matrices.RequireSquare(Name, inputs[0]);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (double)output.Shape.ElementCount * output.Shape[-1] / 3;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => Matrices.Throw(
            Name, CheckedKernels.Cholesky(arguments.InputTensor(0), arguments.OutputTensor), arguments.OutputSpec.Shape,
            minor => $"is not positive definite: its leading minor of order {minor} is not positive. Add a small multiple of the identity.");

        // S = L⁻ᵀ P L⁻¹ with P the lower triangle of Lᵀ dL, its diagonal halved; then its symmetric part.
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor l = arguments.Output, product = l.MatMul(arguments.Upstream.Lower(), transposeThis: true);
            Tensor halved = (product.Lower() + product.Lower(-1)) * 0.5;
            SolveTriangular solve = new(IsLower: true, IsTransposed: true, HasUnitDiagonal: false);
            return solve.Apply(l, solve.Apply(l, halved).Transposed()).Symmetric();
        }
    }

    /// <summary>Inputs: T (..., n, n), B (..., n, k) with the same outer axes. X with T X = B.</summary>
    /// <param name="IsLower">Whether the triangle is the lower one.</param>
    /// <param name="IsTransposed">Whether T is read transposed.</param>
    /// <param name="HasUnitDiagonal">Whether the diagonal is taken as ones.</param>
    public sealed record SolveTriangular(bool IsLower, bool IsTransposed, bool HasUnitDiagonal) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Matrices.RequireSystem(Name, inputs[0], inputs[1]);
            return inputs[1];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (double)output.Shape.ElementCount * output.Shape[-2];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.SolveTriangular(arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor, IsLower, IsTransposed, HasUnitDiagonal);

        // dB = T⁻ᵀ dX, dT = -dB Xᵀ in its triangle.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor right = (this with { IsTransposed = !IsTransposed }).Apply(arguments.Inputs[0], arguments.Upstream);
            if (!arguments.Wants(0))
                return [null, right];
            Tensor x = arguments.Output, product = -(IsTransposed ? x.MatMul(right, transposeOther: true) : right.MatMul(x, transposeOther: true));
            int offset = HasUnitDiagonal ? -1 : 0;
            return [IsLower ? product.Lower(offset) : product.Transposed().Lower(offset).Transposed(), right];
        }
    }
}
