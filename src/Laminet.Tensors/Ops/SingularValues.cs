using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Singular values, and what is made of them.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// A = U diag(s) Vᵀ of matrices (..., m, n): orthonormal columns in U, the singular values s (..., k), k = min(m, n), in descending order, and orthonormal rows in Vᵀ. U is (..., m, m) and Vᵀ (..., n, n), or without
        /// full matrices (..., m, k) and (..., k, n). Of each column of U the component of largest magnitude, the first of several, is positive. By a bidiagonal matrix and implicit QR steps. NumPy and PyTorch:
        /// <c>linalg.svd</c>; Keras: <c>ops.svd</c>. (Golub and Kahan, 1965; Golub and Van Loan, 8.6.)
        /// </summary>
        /// <param name="fullMatrices">Whether U and Vᵀ are square.</param>
        /// <remarks>
        /// The gradient leaves out what depends on the choice among vectors of equal singular values, as that of <see cref="Eigh"/>, and those that belong to singular values of 0. Square U or Vᵀ of matrices that are not
        /// square have no gradient, since their last columns or rows are not unique.
        /// </remarks>
        /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
        /// <exception cref="ShapeException">These are no matrices.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public (Tensor U, Tensor Values, Tensor VTransposed) SVD(bool fullMatrices = true)
        {
            Matrices.Require("SVD", Spec);
            Tensor[] outputs = new SVD(fullMatrices && Shape[-1] != Shape[-2], HasVectors: true).ApplyAll(this);
            return (outputs[1], outputs[0], outputs[2]);
        }

        /// <summary>The singular values of <see cref="SVD"/> alone, in a fraction of the time. NumPy and PyTorch: <c>linalg.svdvals</c>; Keras: <c>svd</c> with compute_uv=False.</summary>
        /// <inheritdoc cref="SVD" path="/exception"/>
        public Tensor SingularValues() => new SVD(IsFull: false, HasVectors: false).Apply(this);

        /// <summary>
        /// How many singular values are above a bound, (...), Int32: the rank. NumPy and PyTorch: <c>linalg.matrix_rank</c>; Keras: <c>ops.matrix_rank</c>.
        /// </summary>
        /// <param name="tolerance">The bound, relative to the largest singular value; by default max(m, n) times the type's epsilon.</param>
        /// <inheritdoc cref="SVD" path="/exception"/>
        public Tensor MatrixRank(double? tolerance = null)
        {
            Tensor values = new SVD(IsFull: false, HasVectors: false).Apply(this);
            return values.Shape[-1] == 0
                ? Zeros(values.Shape[..^1], DType.Int32)
                : values.Greater(values.Slice(0, 1, axis: -1) * RelativeBound(Spec, tolerance)).Cast(DType.Int32).Sum(-1).Cast(DType.Int32);
        }

        /// <summary>
        /// The Moore-Penrose inverse of matrices (..., m, n), (..., n, m): V diag(1 / s) Uᵀ, with 0 for singular values that are too small. The gradient is that of matrices of the same rank. NumPy and PyTorch:
        /// <c>linalg.pinv</c>; Keras: <c>ops.pinv</c>. (Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate", 1973.)
        /// </summary>
        /// <param name="tolerance">Which are too small, relative to the largest one; by default max(m, n) times the type's epsilon.</param>
        /// <inheritdoc cref="SVD" path="/exception"/>
        public Tensor PseudoInverse(double? tolerance = null)
        {
            Matrices.Require("PseudoInverse", Spec);
            return new PseudoInverse(RelativeBound(Spec, tolerance)).Apply(this);
        }

        /// <summary>
        /// The X for which |A X - B| is least, of matrices A (..., m, n) and B (..., m, k), or vectors (..., m); of several the one of least length. By singular values, so A may have any rank. Outer axes broadcast. NumPy and
        /// PyTorch: <c>linalg.lstsq</c>; Keras: <c>ops.lstsq</c>. (Golub and Van Loan, 5.5.)
        /// </summary>
        /// <param name="b">The right sides. They are vectors if they have one axis less than the matrices.</param>
        /// <param name="tolerance">Singular values that count as 0, relative to the largest one; by default max(m, n) times the type's epsilon.</param>
        /// <exception cref="LinearAlgebraException">A number is not finite.</exception>
        /// <exception cref="ShapeException">The right sides do not fit.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor Lstsq(Tensor b, double? tolerance = null)
        {
            ArgumentNullException.ThrowIfNull(b);
            Matrices.Require("Lstsq", Spec);
            bool isVector = b.Rank == Rank - 1;
            Tensor right = isVector ? b.ExpandDims(-1) : b;
            if (right.Rank < 2 || right.Shape[-2] != Shape[-2])
                throw new ShapeException($"Lstsq: received matrices of shape {Shape} and right sides of shape {b.Shape}; expected vectors (..., {Shape[-2]}) or matrices (..., {Shape[-2]}, k).");
            Shape outer = Check.Broadcast("Lstsq", Shape[..^2], right.Shape[..^2]);
            DType common = DTypes.Promote(DType, right.DType);
            Tensor a = Cast(common).BroadcastTo([.. outer, Shape[-2], Shape[-1]]);
            Tensor x = new LeastSquares(RelativeBound(a.Spec, tolerance)).Apply(a, right.Cast(common).BroadcastTo([.. outer, Shape[-2], right.Shape[-1]]));
            return isVector ? x.Squeeze(-1) : x;
        }

        // The bound below which singular values count as 0, relative to the largest.
        private static double RelativeBound(TensorSpec matrices, double? tolerance) => tolerance switch
        {
            null => Math.Max(matrices.Shape[-1], matrices.Shape[-2]) * matrices.DType.Epsilon(),
            >= 0 => tolerance.Value,
            _ => throw new ArgumentOutOfRangeException(nameof(tolerance), FormattableString.Invariant($"Received the tolerance {tolerance}; expected 0 or more, relative to the largest singular value.")),
        };
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The singular values of matrices and, if they are wanted, U and Vᵀ.</summary>
    /// <param name="IsFull">Whether U and Vᵀ are square.</param>
    /// <param name="HasVectors">Whether there are U and Vᵀ, after the values.</param>
    public sealed record SVD(bool IsFull, bool HasVectors) : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = Matrices.Require(Name, inputs[0]).Shape;
            int m = shape[-2], n = shape[-1], count = Math.Min(m, n);
            TensorSpec values = new([.. shape[..^2], count], inputs[0].DType);
            return HasVectors ? [values, new(shape.OfMatrices(m, IsFull ? m : count), values.DType), new(shape.OfMatrices(IsFull ? n : count, n), values.DType)] : [values];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (HasVectors ? 22 : 8.0 / 3) * inputs[0].Shape.ElementCount * Math.Min(inputs[0].Shape[-1], inputs[0].Shape[-2]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Tensor a = arguments.InputTensor(0);
            Tensor[] outputs = [.. InferAll([a.Spec]).Zip(arguments.Outputs, (spec, output) => output ?? Tensor.Empty(spec.Shape, spec.DType))];
            NotFinite.Throw(
                Name, CheckedKernels.SingularValues(a, HasVectors ? outputs[1] : null, outputs[0], HasVectors ? outputs[2] : null, IsFull), a.Shape);
        }

        // The vectors are needed for the gradient by the values too; those of a matrix that is not square only as far as there are values.
        /// <inheritdoc/>
        protected override Primitive ForGradient(ReadOnlySpan<bool> watched) => this with { HasVectors = true };

        // With X = Uᵀ dU and Y = Vᵀ dV, each less its transpose: dA = U ((X + Y) / (2 (s_j - s_i)) + (X - Y) / (2 (s_j + s_i)) + diag(ds)) Vᵀ + (I - U Uᵀ) dU S⁻¹ Vᵀ + U S⁻¹ dVᵀ (I - V Vᵀ).
        // (Townsend, "Differentiating the singular value decomposition", 2016.) The second part is finite for equal singular values.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            (Tensor s, Tensor u, Tensor vt) = (arguments.Outputs[0], arguments.Outputs[1], arguments.Outputs[2]);
            (Tensor? ofU, Tensor? ofVt) = (arguments.Upstreams[1], arguments.Upstreams[2]);
            int m = u.Shape[-2], n = vt.Shape[-1], count = s.Shape[-1];
            if (IsFull && ((m > n && ofU is not null) || (n > m && ofVt is not null)))
                throw new NotSupportedException($"SVD: square U and Vᵀ of matrices of shape {arguments.Inputs[0].Shape} have no gradient, since some of their columns and rows are not unique. Use SVD(fullMatrices: false).");
            if (IsFull)
                (u, vt) = (u.Slice(0, count, axis: -1), vt.Slice(0, count, axis: -2));
            Tensor inner = Matrices.Diagonals(arguments.Upstreams[0] ?? s.ZerosLike());
            if (ofU is null && ofVt is null)
                return [u.MatMul(inner).MatMul(vt)];
            Tensor largest = s.Max([-1], keepDims: true), bound = (largest * s.DType.Epsilon()).Detach();
            Tensor x = (ofU is null ? inner.ZerosLike() : u.MatMul(ofU, transposeThis: true)).Skew(), y = (ofVt is null ? inner.ZerosLike() : vt.MatMul(ofVt, transposeOther: true)).Skew();
            Tensor sums = Matrices.SafeReciprocal(s.ExpandDims(-2) + s.ExpandDims(-1), bound.ExpandDims(-1));
            inner += (((x + y) * Gaps.Reciprocal(s, largest)) + ((x - y) * sums)) * 0.5;
            Tensor gradient = u.MatMul(inner).MatMul(vt), reciprocals = Matrices.SafeReciprocal(s, bound);
            if (ofU is not null && m > count)
            {
                Tensor scaled = ofU * reciprocals.ExpandDims(-2);
                gradient += (scaled - u.MatMul(u.MatMul(scaled, transposeThis: true))).MatMul(vt);
            }

            if (ofVt is not null && n > count)
            {
                Tensor scaled = ofVt * reciprocals.ExpandDims(-1);
                gradient += u.MatMul(scaled - scaled.MatMul(vt, transposeOther: true).MatMul(vt));
            }

            return [gradient];
        }
    }

    /// <summary>A⁺.</summary>
    /// <param name="Tolerance">Singular values that count as 0, relative to the largest.</param>
    public sealed record PseudoInverse(double Tolerance) : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0] with { Shape = inputs[0].Shape.OfMatrices(inputs[0].Shape[-1], inputs[0].Shape[-2]) };

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 24.0 * output.Shape.ElementCount * Math.Min(output.Shape[-1], output.Shape[-2]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => NotFinite.Throw(
            Name, CheckedKernels.LeastSquares(arguments.InputTensor(0), null, arguments.OutputTensor, Tolerance), arguments.InputSpec(0).Shape);

        // dA = -Pᵀ G Pᵀ + (I - A P) Gᵀ P Pᵀ + Pᵀ P Gᵀ (I - P A).
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            (Tensor a, Tensor p, Tensor g) = (arguments.Inputs[0], arguments.Output, arguments.Upstream);
            Tensor left = p.MatMul(g, transposeThis: true), gt = g.Transposed();
            Tensor right = gt.MatMul(p).MatMul(p, transposeOther: true), last = p.MatMul(p.MatMul(gt), transposeThis: true);
            return right - a.MatMul(p.MatMul(right)) + last - last.MatMul(p).MatMul(a) - left.MatMul(p, transposeOther: true);
        }
    }

    /// <summary>Inputs: A (..., m, n), B (..., m, k) with the same outer axes. A⁺ B.</summary>
    /// <param name="Tolerance">Singular values that count as 0, relative to the largest.</param>
    public sealed record LeastSquares(double Tolerance) : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float("Lstsq", inputs[0]);
            return new(inputs[1].Shape.With(-2, inputs[0].Shape[-1]), inputs[0].DType);
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 22.0 * inputs[0].Shape.ElementCount * Math.Min(inputs[0].Shape[-1], inputs[0].Shape[-2]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => NotFinite.Throw(
            "Lstsq", CheckedKernels.LeastSquares(arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor, Tolerance), arguments.InputSpec(0).Shape);

        // With H = Pᵀ G and P = A⁺: dB = H, dA = -H Xᵀ + (B - A X) (P H)ᵀ + Pᵀ X (G - P A G)ᵀ.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            (Tensor a, Tensor b, Tensor x, Tensor g) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Output, arguments.Upstream);
            Tensor p = new PseudoInverse(Tolerance).Apply(a), h = p.MatMul(g, transposeThis: true);
            if (!arguments.Wants(0))
                return [null, h];
            Tensor ofResidual = (b - a.MatMul(x)).MatMul(p.MatMul(h), transposeOther: true);
            Tensor ofLeast = p.MatMul(x, transposeThis: true).MatMul(g - p.MatMul(a.MatMul(g)), transposeOther: true);
            return [ofResidual + ofLeast - h.MatMul(x, transposeOther: true), h];
        }
    }
}
