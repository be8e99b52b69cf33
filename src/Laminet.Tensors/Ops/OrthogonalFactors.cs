using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Orthogonal and triangular factors.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// A = Q R of matrices (..., m, n), with orthonormal columns in Q and an upper triangular R. With k = min(m, n), Q is (..., m, k) and R (..., k, n); complete factors are (..., m, m) and (..., m, n). NumPy, Keras and
        /// PyTorch: <c>qr</c>. (Householder, 1958; Golub and Van Loan, 5.2.)
        /// </summary>
        /// <param name="complete">Whether Q is square.</param>
        /// <remarks>
        /// Signs are LAPACK's, so the factors are NumPy's: an element of R's diagonal has the sign opposite to that of the element it is made from, and keeps it where there are only zeros below that. The gradient needs a
        /// first k columns of full rank; it is not finite otherwise. Complete factors have one only if m is at most n.
        /// </remarks>
        /// <exception cref="ShapeException">These are no matrices.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public (Tensor Q, Tensor R) QR(bool complete = false)
        {
            Tensor[] outputs = new QR(complete).ApplyAll(this);
            return (outputs[0], outputs[1]);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Q and R of A = Q R.</summary>
    /// <param name="IsComplete">Whether Q is square.</param>
    public sealed record QR(bool IsComplete) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = Matrices.Require(Name, inputs[0]).Shape;
            int p = Inner(shape);
            return [new(shape.OfMatrices(shape[-2], p), inputs[0].DType), new(shape.OfMatrices(p, shape[-1]), inputs[0].DType)];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 3.0 * inputs[0].Shape.ElementCount * Math.Min(inputs[0].Shape[-1], inputs[0].Shape[-2]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            CheckedKernels.Qr(arguments.InputTensor(0), arguments.Outputs[0], arguments.Outputs[1], Inner(arguments.InputSpec(0).Shape));

        // With M = R dRᵀ - dQᵀ Q, dA = (dQ + Q (its lower triangle, mirrored)) R⁻ᵀ. Columns beyond the square are Qᵀ times those of A. (Walter and Lehmann, "Algorithmic differentiation of linear algebra functions", 2018.)
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor a = arguments.Inputs[0], q = arguments.Outputs[0], r = arguments.Outputs[1];
            (int m, int n) = (a.Shape[-2], a.Shape[-1]);
            if (IsComplete && m > n)
                throw new NotSupportedException($"QR: complete factors of matrices of shape {a.Shape} have no gradient, since the last {m - n} columns of Q are not unique. Use QR() without complete: true.");
            Tensor ofQ = arguments.Upstreams[0] ?? q.ZerosLike(), ofR = arguments.Upstreams[1] ?? r.ZerosLike();
            Tensor? beyond = null;
            if (n > m)
            {
                Tensor ofRest = ofR.Slice(m, n, axis: -1);
                beyond = q.MatMul(ofRest);
                ofQ += a.Slice(m, n, axis: -1).MatMul(ofRest, transposeOther: true);
                (r, ofR) = (r.Slice(0, m, axis: -1), ofR.Slice(0, m, axis: -1));
            }

            Tensor product = r.MatMul(ofR, transposeOther: true) - ofQ.MatMul(q, transposeThis: true);
            Tensor mirrored = product.Lower() + product.Lower(-1).Transposed();
            Tensor gradient = new SolveTriangular(IsLower: false, IsTransposed: false, HasUnitDiagonal: false).Apply(r, (ofQ + q.MatMul(mirrored)).Transposed()).Transposed();
            return [beyond is null ? gradient : Tensor.Concatenate([gradient, beyond], -1)];
        }

        private int Inner(Shape shape) => IsComplete ? shape[-2] : Math.Min(shape[-1], shape[-2]);
    }
}
