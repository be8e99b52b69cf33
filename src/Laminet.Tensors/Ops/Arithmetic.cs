using System.Numerics;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Arithmetic, elementwise, with broadcasting by NumPy's rules.</content>
    public sealed partial class Tensor
    {
        /// <summary>x + y. NumPy, Keras and PyTorch: <c>add</c>; ONNX: <c>Add</c>.</summary>
        public static Tensor operator +(Tensor x, Tensor y) => Promoted(new Add(), x, y);

        /// <summary>x + y.</summary>
        public static Tensor operator +(Tensor x, double y) => Promoted(new Add(), x, y);

        /// <summary>x + y.</summary>
        public static Tensor operator +(double x, Tensor y) => Promoted(new Add(), x, y);

        /// <summary>x + y.</summary>
        public static Tensor operator +(Tensor x, long y) => Promoted(new Add(), x, y);

        /// <summary>x + y.</summary>
        public static Tensor operator +(long x, Tensor y) => Promoted(new Add(), x, y);

        /// <summary>x - y. NumPy, Keras and PyTorch: <c>subtract</c>; ONNX: <c>Sub</c>.</summary>
        public static Tensor operator -(Tensor x, Tensor y) => Promoted(new Subtract(), x, y);

        /// <summary>x - y.</summary>
        public static Tensor operator -(Tensor x, double y) => Promoted(new Subtract(), x, y);

        /// <summary>x - y.</summary>
        public static Tensor operator -(double x, Tensor y) => Promoted(new Subtract(), x, y);

        /// <summary>x - y.</summary>
        public static Tensor operator -(Tensor x, long y) => Promoted(new Subtract(), x, y);

        /// <summary>x - y.</summary>
        public static Tensor operator -(long x, Tensor y) => Promoted(new Subtract(), x, y);

        /// <summary>x y, element by element. For the matrix product see <see cref="MatMul"/>. NumPy, Keras and PyTorch: <c>multiply</c>; ONNX: <c>Mul</c>.</summary>
        public static Tensor operator *(Tensor x, Tensor y) => Promoted(new Multiply(), x, y);

        /// <summary>x y.</summary>
        public static Tensor operator *(Tensor x, double y) => Promoted(new Multiply(), x, y);

        /// <summary>x y.</summary>
        public static Tensor operator *(double x, Tensor y) => Promoted(new Multiply(), x, y);

        /// <summary>x y.</summary>
        public static Tensor operator *(Tensor x, long y) => Promoted(new Multiply(), x, y);

        /// <summary>x y.</summary>
        public static Tensor operator *(long x, Tensor y) => Promoted(new Multiply(), x, y);

        /// <summary>
        /// x / y in floating point: integers and truth values become Float32. See <see cref="FloorDivide(Tensor)"/>.
        /// NumPy, Keras and PyTorch: <c>divide</c>, <c>true_divide</c>; ONNX: <c>Div</c>, which divides integers without a fraction.
        /// </summary>
        public static Tensor operator /(Tensor x, Tensor y)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(y);
            DType common = DTypes.Promote(x.DType, y.DType);
            return common.IsFloat() ? Promoted(new Divide(), x, y) : new Divide().Apply(x.Cast(DType.Float32), y.Cast(DType.Float32));
        }

        /// <summary>x / y in floating point.</summary>
        public static Tensor operator /(Tensor x, double y) => Quotient(x, y);

        /// <summary>x / y in floating point.</summary>
        public static Tensor operator /(double x, Tensor y) => Quotient(x, y);

        /// <summary>x / y in floating point.</summary>
        public static Tensor operator /(Tensor x, long y) => Quotient(x, y);

        /// <summary>x / y in floating point.</summary>
        public static Tensor operator /(long x, Tensor y) => Quotient(x, y);

        /// <summary>-x; of unsigned integers modulo the power of two above their largest. NumPy, Keras and PyTorch: <c>negative</c>; ONNX: <c>Neg</c>.</summary>
        public static Tensor operator -(Tensor x)
        {
            ArgumentNullException.ThrowIfNull(x);
            return new Negate().Apply(x);
        }

        /// <summary>
        /// The larger of each two elements; NaN if one of them is NaN. For equal elements the gradient flows to this tensor, as in TensorFlow; PyTorch and JAX give
        /// each a half. (<see cref="Max"/> shares it evenly, as all three do.) NumPy, Keras and PyTorch: <c>maximum</c>; ONNX: <c>Max</c>.
        /// </summary>
        public Tensor Maximum(Tensor other) => Promoted(new Maximum(), this, other);

        /// <summary>
        /// The smaller of each two elements; NaN if one of them is NaN. For equal elements the gradient flows to this tensor, as in TensorFlow; PyTorch and JAX give
        /// each a half. (<see cref="Min"/> shares it evenly, as all three do.) NumPy, Keras and PyTorch: <c>minimum</c>; ONNX: <c>Min</c>.
        /// </summary>
        public Tensor Minimum(Tensor other) => Promoted(new Minimum(), this, other);

        /// <summary>
        /// |x|; gradient sign(x). For the smallest signed integer it is that number itself, since its opposite does not fit the type.
        /// NumPy: <c>abs</c>, <c>absolute</c>, <c>fabs</c>; Keras: <c>abs</c>, <c>absolute</c>, <c>fabs</c>; PyTorch: <c>abs</c>; ONNX: <c>Abs</c>.
        /// </summary>
        public Tensor Abs() => new Abs().Apply(this);

        /// <summary>-1, 0 or 1; its gradient is zero. NumPy, Keras and PyTorch: <c>sign</c>; ONNX: <c>Sign</c>.</summary>
        public Tensor Sign() => new Sign().Apply(this);

        /// <summary>x squared. NumPy, Keras and PyTorch: <c>square</c>.</summary>
        public Tensor Square() => new Square().Apply(this);

        /// <summary>
        /// x clipped to [minimum, maximum]. The gradient flows where x is within the range, bounds included, and is zero outside. Integers become
        /// Float32, as with any C# number that is not an integer. NumPy, Keras and PyTorch: <c>clip</c>; ONNX: <c>Clip</c>.
        /// </summary>
        /// <exception cref="ArgumentException">The minimum is above the maximum.</exception>
        public Tensor Clip(double minimum, double maximum) => minimum <= maximum
            ? new Clip(minimum, maximum).Apply(For(minimum))
            : throw Crossed(minimum, maximum);

        /// <summary>The same for integer bounds, which keep the type of an integer tensor.</summary>
        /// <exception cref="ArgumentException">The minimum is above the maximum.</exception>
        /// <exception cref="DTypeException">A bound does not fit the integer type of the tensor.</exception>
        public Tensor Clip(long minimum, long maximum)
        {
            if (DType.IsFloat())
                return Clip((double)minimum, maximum);
            Tensor x = For(minimum);
            return minimum <= maximum
                ? new Minimum().Apply(new Maximum().Apply(x, Scalar(minimum, x.DType)), Scalar(maximum, x.DType))
                : throw Crossed(minimum, maximum);
        }

        private static ArgumentException Crossed(Number minimum, Number maximum) =>
            new($"Clip: received the range {minimum} to {maximum}; the minimum must not be above the maximum.");
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>x + y, with broadcasting.</summary>
    public sealed record Add : NumberBinary
    {
        // x + 0 is no case of Simplify: it turns -0 into 0.
        internal override Follower? AsFollower(int input, ReadOnlySpan<TensorSpec> inputs)
        {
            (TensorSpec sum, TensorSpec addend) = (inputs[input], inputs[1 - input]);
            // A vector along the last axis; (1, n) would do as well, but biases are not written so.
            if (addend.Shape.Rank == 1 && addend.Shape[0] == sum.Shape[-1])
                return Follower.Bias;
            return addend == sum ? Follower.Residual : null;
        }

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (result.Length == 1)
                result[0] = x[0] + y[0];
            else
                TensorPrimitives.Add(x, y, result);
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments) => arguments.Upstream;
    }

    /// <summary>x - y, with broadcasting.</summary>
    public sealed record Subtract : NumberBinary
    {
        internal override Operation? Simplify(Operation self) => self.Inputs[1].IsNumber(0) && self.Inputs[0].Spec == self.Spec ? self.Inputs[0] : null;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (result.Length == 1)
                result[0] = x[0] - y[0];
            else
                TensorPrimitives.Subtract(x, y, result);
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments) =>
            input == 0 ? arguments.Upstream : -arguments.Upstream;
    }

    /// <summary>x y, with broadcasting.</summary>
    public sealed record Multiply : NumberBinary
    {
        internal override Operation? Simplify(Operation self)
        {
            for (int factor = 1; factor >= 0; factor--)
            {
                if (self.Inputs[factor].IsNumber(1) && self.Inputs[1 - factor].Spec == self.Spec)
                    return self.Inputs[1 - factor];
            }

            return null;
        }

        internal override Operation? Fold(Operation self, Surroundings surroundings) => FoldedConvolution.InPlaceOfSwish(self, surroundings);

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (result.Length == 1)
                result[0] = x[0] * y[0];
            else
                TensorPrimitives.Multiply(x, y, result);
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Inputs[1 - input];
    }

    /// <summary>d(x/y) = dx/y - (x/y) dy/y.</summary>
    public sealed record Divide : FloatBinary
    {
        internal override Operation? Simplify(Operation self) => self.Inputs[1].IsNumber(1) && self.Inputs[0].Spec == self.Spec ? self.Inputs[0] : null;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (result.Length == 1)
                result[0] = x[0] / y[0];
            else
                TensorPrimitives.Divide(x, y, result);
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments)
        {
            Tensor scaled = arguments.Upstream / arguments.Inputs[1];
            return input == 0 ? scaled : -(scaled * arguments.Output);
        }
    }

    /// <summary>The larger of each two elements, with broadcasting; NaN wins.</summary>
    public sealed record Maximum : NumberBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);

        private protected override Tensor Partial(int input, in GradientArguments arguments)
        {
            Tensor first = arguments.Inputs[0].GreaterEqual(arguments.Inputs[1]);
            return arguments.Upstream.MaskedBy(input == 0 ? first : first.Not());
        }
    }

    /// <summary>The smaller of each two elements, with broadcasting; NaN wins.</summary>
    public sealed record Minimum : NumberBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(x, y, result);

        private protected override Tensor Partial(int input, in GradientArguments arguments)
        {
            Tensor first = arguments.Inputs[0].LessEqual(arguments.Inputs[1]);
            return arguments.Upstream.MaskedBy(input == 0 ? first : first.Not());
        }
    }

    /// <summary>-x.</summary>
    public sealed record Negate : NumberUnary
    {
        internal override Operation? Simplify(Operation self) => self.Inputs[0].Primitive is Negate ? self.Inputs[0].Inputs[0] : null;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Negate(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => -arguments.Upstream;
    }

    /// <summary>|x|.</summary>
    public sealed record Abs : NumberUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
            {
                TensorPrimitives.Abs(x, result);
                return;
            }

            // The library's throws for the smallest number of a type.
            for (int i = 0; i < x.Length; i++)
                result[i] = x[i] < T.Zero ? T.Zero - x[i] : x[i];
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Inputs[0].Sign();
    }

    /// <summary>-1, 0 or 1; NaN for NaN.</summary>
    public sealed record Sign : NumberUnary
    {
        // T.Sign throws for NaN; here NaN stays NaN.
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? T.Zero - T.One : x[i];
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.ZerosLike();
    }

    /// <summary>x squared.</summary>
    public sealed record Square : NumberUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Multiply(x, x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * (arguments.Inputs[0] * 2);
    }

    /// <summary>x limited to [Minimum, Maximum].</summary>
    /// <param name="Minimum">The lower border.</param>
    /// <param name="Maximum">The upper border.</param>
    public sealed record Clip(double Minimum, double Maximum) : FloatUnary
    {
        // A minimum of -0 would leave -0. A ceiling that Float32 rounds to 0 would say that nothing is cut off.
        internal override Follower? AsFollower(int input, ReadOnlySpan<TensorSpec> inputs) =>
            Minimum == 0 && !double.IsNegative(Minimum) && (float)Maximum > 0 ? Follower.Rectify with { Ceiling = Maximum } : null;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            TensorPrimitives.Max(x, T.CreateSaturating(Minimum), result);
            TensorPrimitives.Min(result, T.CreateSaturating(Maximum), result);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => new ClipGradient(Minimum, Maximum).Apply(arguments.Upstream, arguments.Inputs[0]);
    }

    /// <summary>The first operand where the second is in [Minimum, Maximum], else 0. One pass where comparisons and a choice take four.</summary>
    /// <param name="Minimum">The lower border.</param>
    /// <param name="Maximum">The upper border.</param>
    public sealed record ClipGradient(double Minimum, double Maximum) : FloatBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            (T least, T most) = (T.CreateSaturating(Minimum), T.CreateSaturating(Maximum));
            (Vector<T> leasts, Vector<T> mosts) = (new(least), new(most));
            int i = 0;
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> here = new(y[i..]);
                Vector<T> isWithin = Vector.BitwiseAnd(Vector.GreaterThanOrEqual(here, leasts), Vector.LessThanOrEqual(here, mosts));
                Vector.ConditionalSelect(isWithin, new Vector<T>(x[i..]), Vector<T>.Zero).CopyTo(result[i..]);
            }

            for (; i < x.Length; i++)
                result[i] = y[i] >= least && y[i] <= most ? x[i] : T.Zero;
        }

        // Piecewise constant in the second operand.
        private protected override Tensor? Partial(int input, in GradientArguments arguments) =>
            input == 0 ? new ClipGradient(Minimum, Maximum).Apply(arguments.Upstream, arguments.Inputs[1]) : null;
    }
}
