using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Linear systems, inverses, and the factors behind them.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// X with A X = B for square matrices A (..., n, n) and B (..., n, k), or vectors (..., n). Outer axes broadcast. By L U with the largest pivot of each column; more accurate and faster than the inverse. NumPy and
        /// PyTorch: <c>linalg.solve</c>; Keras: <c>ops.solve</c>. (Golub and Van Loan, 3.4.)
        /// </summary>
        /// <param name="b">The right sides. They are vectors if they have one axis less than the matrices.</param>
        /// <exception cref="LinearAlgebraException">A matrix is singular: a pivot is exactly 0.</exception>
        /// <exception cref="ShapeException">The matrices are not square, or the right sides do not fit.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor Solve(Tensor b) => OfSystem("Solve", b, new Solve(IsTransposed: false));

        /// <summary>The inverse of square matrices, (..., n, n). NumPy and PyTorch: <c>linalg.inv</c>; Keras: <c>ops.inv</c>. <see cref="Solve"/> is better where the inverse is only multiplied.</summary>
        /// <exception cref="LinearAlgebraException">A matrix is singular: a pivot is exactly 0.</exception>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public Tensor Inverse() => new Inverse().Apply(this);

        /// <summary>
        /// L U of matrices (..., m, n) with rows exchanged, P A = L U. Both factors in one matrix: U in its upper triangle, L below it, whose diagonal is 1. The pivots (..., min(m, n)), Int32 from 0, say with which row
        /// row i was exchanged, one after the other. A singular matrix has factors too. Keras: <c>ops.lu_factor</c>; SciPy: <c>linalg.lu_factor</c>; PyTorch counts pivots from 1. (Golub and Van Loan, 3.4.)
        /// </summary>
        /// <exception cref="ShapeException">These are no matrices.</exception>
        /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
        public (Tensor Factors, Tensor Pivots) LUFactor()
        {
            Tensor[] outputs = new LUFactor().ApplyAll(this);
            return (outputs[0], outputs[1]);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: A (..., n, n), B (..., n, k) with the same outer axes. X with A X = B.</summary>
    /// <param name="IsTransposed">Whether A is read transposed.</param>
    public sealed record Solve(bool IsTransposed) : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Matrices.RequireSystem(Name, inputs[0], inputs[1]);
            return inputs[1];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            (2.0 * inputs[0].Shape.ElementCount * inputs[0].Shape[-1] / 3) + (2.0 * output.Shape.ElementCount * output.Shape[-2]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => Singular.Throw(
            Name, CheckedKernels.Solve(arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor, IsTransposed), arguments.InputSpec(0).Shape);

        // dB = A⁻ᵀ dX, dA = -dB Xᵀ.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor right = new Solve(!IsTransposed).Apply(arguments.Inputs[0], arguments.Upstream), x = arguments.Output;
            return [arguments.Wants(0) ? -(IsTransposed ? x.MatMul(right, transposeOther: true) : right.MatMul(x, transposeOther: true)) : null, right];
        }
    }

    /// <summary>A⁻¹.</summary>
    public sealed record Inverse : Primitive
    {
        internal override bool WidensHalves => true;

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => Matrices.RequireSquare(Name, inputs[0]);

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 2.0 * output.Shape.ElementCount * output.Shape[-1];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            Singular.Throw(Name, CheckedKernels.Solve(arguments.InputTensor(0), null, arguments.OutputTensor, isTransposed: false), arguments.OutputSpec.Shape);

        // d(A⁻¹) = -A⁻¹ dA A⁻¹.
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            -arguments.Output.MatMul(arguments.Upstream, transposeThis: true).MatMul(arguments.Output, transposeOther: true);
    }

    /// <summary>The factors of P A = L U in one matrix, the exchanges of rows, and for each row of A its place in L U.</summary>
    public sealed record LUFactor : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = Matrices.Require(Name, inputs[0]).Shape;
            return [inputs[0], new([.. shape[..^2], Math.Min(shape[-1], shape[-2])], DType.Int32), new(shape[..^1], DType.Int32)];
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => 2.0 * inputs[0].Shape.ElementCount * Math.Min(inputs[0].Shape[-1], inputs[0].Shape[-2]) / 3;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            TensorSpec factors = arguments.InputSpec(0);
            IReadOnlyList<TensorSpec> specs = InferAll([factors]);
            Tensor[] outputs = [.. specs.Zip(arguments.Outputs, (spec, output) => output ?? Tensor.Empty(spec.Shape, spec.DType))];
            CheckedKernels.LowerUpper(arguments.InputTensor(0), outputs[0], outputs[1], outputs[2]);
        }

        // Of a square matrix dA = Pᵀ L⁻ᵀ (the lower triangle of Lᵀ dL without its diagonal + the upper one of dU Uᵀ) U⁻ᵀ. Columns beyond are L⁻¹ times those of P A, and rows beyond those of P A times U⁻¹.
        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor factors = arguments.Output, upstream = arguments.Upstreams[0] ?? factors.ZerosLike();
            (int m, int n) = (factors.Shape[-2], factors.Shape[-1]);
            int count = Math.Min(m, n);
            SolveTriangular lower = new(IsLower: true, IsTransposed: true, HasUnitDiagonal: true), upper = new(IsLower: false, IsTransposed: false, HasUnitDiagonal: false);
            Tensor square = Part(factors, 0, count, 0, count), l = square.Lower(-1) + Tensor.Identity(count, factors.DType), u = square.Upper();
            Tensor ofSquare = Part(upstream, 0, count, 0, count), ofL = ofSquare.Lower(-1), ofU = ofSquare.Upper();
            Tensor? beyond = null;
            if (n > m)
            {
                beyond = lower.Apply(square, Part(upstream, 0, m, m, n));
                ofL -= beyond.MatMul(Part(factors, 0, m, m, n), transposeOther: true);
            }
            else if (m > n)
            {
                beyond = TimesInverse(Part(upstream, n, m, 0, n));
                ofU -= Part(factors, n, m, 0, n).MatMul(beyond, transposeThis: true);
            }

            Tensor inner = l.MatMul(ofL, transposeThis: true).Lower(-1) + ofU.MatMul(u, transposeOther: true).Upper();
            Tensor gradient = TimesInverse(lower.Apply(square, inner));
            if (beyond is not null)
                gradient = Tensor.Concatenate([gradient, beyond], n > m ? -1 : -2);
            return [gradient.TakeAlong(arguments.Outputs[2].ExpandDims(-1).BroadcastTo(gradient.Shape), -2)];

            // Times U⁻ᵀ from the right.
            Tensor TimesInverse(Tensor x) => upper.Apply(square, x.Transposed()).Transposed();
        }

        private static Tensor Part(Tensor x, int firstRow, int lastRow, int firstColumn, int lastColumn) =>
            x.Slice(firstRow, lastRow, axis: -2).Slice(firstColumn, lastColumn, axis: -1);
    }

    internal static class Singular
    {
        public static void Throw(string operation, (int Matrix, int Status)? failure, Shape matrices) => Matrices.Throw(
            operation, failure, matrices, pivot => $"is singular: pivot {pivot - 1} is 0. PseudoInverse and Lstsq take singular matrices.");
    }
}
