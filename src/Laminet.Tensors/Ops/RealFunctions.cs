using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Further functions of each element, and questions about it.</content>
    public sealed partial class Tensor
    {
        /// <summary>1 / x. NumPy, Keras and PyTorch: <c>reciprocal</c>.</summary>
        public Tensor Reciprocal() => 1.0 / this;

        /// <summary>x / y, and 0 where y is 0; the gradients are 0 there too. Integers become Float32. Keras: <c>divide_no_nan</c>.</summary>
        /// <param name="other">y; both broadcast.</param>
        public Tensor DivideNoNan(Tensor other)
        {
            ArgumentNullException.ThrowIfNull(other);
            Tensor isZero = other.Equal(0L), quotient = this / Where(isZero, other.OnesLike(), other);
            return Where(isZero, Scalar(0, quotient.DType), quotient);
        }

        /// <summary>The real cube root, of negative numbers too. Its gradient at 0 is infinite. NumPy and Keras: <c>cbrt</c>.</summary>
        public Tensor Cbrt() => new Cbrt().Apply(this);

        /// <summary>The whole number next to x towards 0; its gradient is zero. NumPy, Keras and PyTorch: <c>trunc</c>.</summary>
        public Tensor Truncate() => new Truncate().Apply(this);

        /// <summary>Degrees in radians, x π / 180. NumPy, Keras and PyTorch: <c>deg2rad</c>.</summary>
        public Tensor Deg2Rad() => this * (Math.PI / 180);

        /// <summary>Radians in degrees, x 180 / π. NumPy, Keras and PyTorch: <c>rad2deg</c>.</summary>
        public Tensor Rad2Deg() => this * (180 / Math.PI);

        /// <summary>√(x² + y²), in which squares neither overflow nor underflow; at (0, 0) the gradient is 0. NumPy, Keras and PyTorch: <c>hypot</c>.</summary>
        /// <param name="other">y; both broadcast.</param>
        public Tensor Hypot(Tensor other) => Paired(other).Norm(-1);

        /// <summary>ln(eˣ + eʸ), without overflow. NumPy, Keras and PyTorch: <c>logaddexp</c>.</summary>
        /// <param name="other">y; both broadcast.</param>
        public Tensor LogAddExp(Tensor other) => Paired(other).LogSumExp(-1);

        /// <summary>log₂(2ˣ + 2ʸ), without overflow. NumPy, Keras and PyTorch: <c>logaddexp2</c>.</summary>
        /// <param name="other">y; both broadcast.</param>
        public Tensor LogAddExp2(Tensor other) => (Paired(other) * Math.Log(2)).LogSumExp(-1) * (1 / Math.Log(2));

        /// <summary>The larger number; where one is NaN, the other. NumPy, Keras and PyTorch: <c>fmax</c>.</summary>
        /// <param name="other">The other; both broadcast.</param>
        public Tensor FMax(Tensor other) => OfNumbers(other, (x, y) => x.Maximum(y));

        /// <summary>The smaller number; where one is NaN, the other. NumPy, Keras and PyTorch: <c>fmin</c>.</summary>
        /// <param name="other">The other; both broadcast.</param>
        public Tensor FMin(Tensor other) => OfNumbers(other, (x, y) => x.Minimum(y));

        /// <summary>0 below zero, 1 above, and the given number at zero; NaN of NaN. Its gradient by x is zero. NumPy, Keras and PyTorch: <c>heaviside</c>.</summary>
        /// <param name="atZero">What to give at zero; it broadcasts.</param>
        public Tensor Heaviside(Tensor atZero)
        {
            ArgumentNullException.ThrowIfNull(atZero);
            return Where(Equal(0L), atZero, (Sign() + 1.0) * 0.5);
        }

        /// <summary>Whether x is infinity or minus infinity; Bool. NumPy, Keras and PyTorch: <c>isinf</c>.</summary>
        public Tensor IsInf() => IsPosInf().Or(IsNegInf());

        /// <summary>Whether x is infinity; Bool. NumPy, Keras and PyTorch: <c>isposinf</c>.</summary>
        public Tensor IsPosInf() => DType.IsFloat() ? Equal(double.PositiveInfinity) : OfNone();

        /// <summary>Whether x is minus infinity; Bool. NumPy, Keras and PyTorch: <c>isneginf</c>.</summary>
        public Tensor IsNegInf() => DType.IsFloat() ? Equal(double.NegativeInfinity) : OfNone();

        /// <summary>Whether x has the sign bit of negative numbers, as minus zero has; Bool. NumPy, Keras and PyTorch: <c>signbit</c>. The sign of NaN is not looked at: false.</summary>
        public Tensor SignBit() => DType.IsFloat() ? Less(0L).Or(Equal(0L).And((1.0 / this).Less(0L))) : Less(0L);

        /// <summary>Whether |x - y| ≤ absolute + relative |y|; equal infinities are close; Bool. NumPy, Keras and PyTorch: <c>isclose</c>.</summary>
        /// <param name="other">y; both broadcast.</param>
        /// <param name="rtol">The relative tolerance.</param>
        /// <param name="atol">The absolute tolerance.</param>
        /// <param name="equalNan">Whether NaN is close to NaN.</param>
        public Tensor IsClose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool equalNan = false)
        {
            ArgumentNullException.ThrowIfNull(other);
            // Of infinite numbers the difference is NaN, and the tolerance infinite.
            Tensor near = (this - other).Abs().LessEqual((other.Abs() * rtol) + atol).And(IsFinite()).And(other.IsFinite()).Or(Equal(other));
            return equalNan ? near.Or(IsNaN().And(other.IsNaN())) : near;
        }

        /// <summary>Whether all numbers are close, as <see cref="IsClose"/> says; a scalar of Bool. NumPy, Keras and PyTorch: <c>allclose</c>.</summary>
        /// <inheritdoc cref="IsClose"/>
        public Tensor AllClose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool equalNan = false) => IsClose(other, rtol, atol, equalNan).All();

        /// <summary>Other numbers in the place of NaN and infinities. NumPy, Keras and PyTorch: <c>nan_to_num</c>.</summary>
        /// <param name="nan">In the place of NaN.</param>
        /// <param name="posInf">In the place of infinity; the largest number of the type if null.</param>
        /// <param name="negInf">In the place of minus infinity; the smallest number of the type if null.</param>
        public Tensor NanToNum(double nan = 0, double? posInf = null, double? negInf = null)
        {
            if (!DType.IsFloat())
                return this;
            double largest = DType.Largest();
            Tensor numbers = Where(IsNaN(), Scalar(nan, DType), this);
            return Where(IsPosInf(), Scalar(posInf ?? largest, DType), Where(IsNegInf(), Scalar(negInf ?? -largest, DType), numbers));
        }

        /// <summary>
        /// The numbers start, start + step, ... below stop, or above it if the step is negative. Of fractions it may hold one more by rounding: then take <see cref="LinSpace"/>. NumPy, Keras and PyTorch:
        /// <c>arange</c>; ONNX: <c>Range</c>.
        /// </summary>
        /// <param name="start">The first.</param>
        /// <param name="stop">The bound, which is not reached.</param>
        /// <param name="step">From one to the next.</param>
        /// <param name="dtype">The element type.</param>
        /// <exception cref="ArgumentOutOfRangeException">The step is 0, or there are too many numbers.</exception>
        public static Tensor ARange(double start, double stop, double step = 1, DType dtype = DType.Float32)
        {
            double count = Math.Max(0, Math.Ceiling((stop - start) / step));
            if (!(count <= int.MaxValue))
                throw new ArgumentOutOfRangeException(nameof(step), FormattableString.Invariant($"ARange: received {start} to {stop} in steps of {step}; expected a step that reaches the bound in fewer than 2^31 steps."));
            return ((Range(0, (int)count, DType.Float64) * step) + start).Cast(dtype);
        }

        /// <summary>Evenly spaced numbers. NumPy, Keras and PyTorch: <c>linspace</c>.</summary>
        /// <param name="start">The first.</param>
        /// <param name="stop">The last, or the one after the last.</param>
        /// <param name="count">How many.</param>
        /// <param name="endpoint">Whether the last is <paramref name="stop"/>.</param>
        /// <param name="dtype">The element type.</param>
        /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
        public static Tensor LinSpace(double start, double stop, int count = 50, bool endpoint = true, DType dtype = DType.Float32) => Spaced(start, stop, count, endpoint, dtype, place => place);

        /// <summary>Powers of a base whose exponents are evenly spaced. NumPy, Keras and PyTorch: <c>logspace</c>.</summary>
        /// <param name="start">The first exponent.</param>
        /// <param name="stop">The last, or the one after the last.</param>
        /// <param name="count">How many.</param>
        /// <param name="endpoint">Whether the last exponent is <paramref name="stop"/>.</param>
        /// <param name="base">The base.</param>
        /// <param name="dtype">The element type.</param>
        /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
        public static Tensor LogSpace(double start, double stop, int count = 50, bool endpoint = true, double @base = 10, DType dtype = DType.Float32) =>
            Spaced(start, stop, count, endpoint, dtype, exponent => Math.Pow(@base, exponent));

        /// <summary>Numbers each of which is the one before times the same factor. NumPy and Keras: <c>geomspace</c>.</summary>
        /// <param name="start">The first; not 0.</param>
        /// <param name="stop">The last, or the one after the last; of the same sign.</param>
        /// <param name="count">How many.</param>
        /// <param name="endpoint">Whether the last is <paramref name="stop"/>.</param>
        /// <param name="dtype">The element type.</param>
        /// <exception cref="ArgumentOutOfRangeException">A number is 0, the signs differ, or the count is negative.</exception>
        public static Tensor GeomSpace(double start, double stop, int count = 50, bool endpoint = true, DType dtype = DType.Float32)
        {
            if (!(start * stop > 0))
                throw new ArgumentOutOfRangeException(nameof(stop), FormattableString.Invariant($"GeomSpace: received {start} to {stop}; expected two numbers of the same sign, neither of them 0."));
            return Spaced(Math.Log(Math.Abs(start)), Math.Log(Math.Abs(stop)), count, endpoint, dtype, exponent => Math.Sign(start) * Math.Exp(exponent));
        }

        private static Tensor Spaced(double start, double stop, int count, bool endpoint, DType dtype, Func<double, double> function)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            double steps = endpoint ? Math.Max(1, count - 1) : Math.Max(1, count);
            double[] numbers = [.. Enumerable.Range(0, count).Select(place => function(place == steps ? stop : start + ((stop - start) / steps * place)))];
            return From(numbers, [count]).Cast(dtype);
        }

        // Both numbers in a last axis.
        private Tensor Paired(Tensor other)
        {
            ArgumentNullException.ThrowIfNull(other);
            DType type = DTypes.Promote(DType, other.DType);
            Shape shape = Shape.Broadcast(Shape, other.Shape);
            return Stack([Cast(type).BroadcastTo(shape), other.Cast(type).BroadcastTo(shape)], -1);
        }

        private Tensor OfNumbers(Tensor other, Func<Tensor, Tensor, Tensor> function)
        {
            ArgumentNullException.ThrowIfNull(other);
            if (!DType.IsFloat() && !other.DType.IsFloat())
                return function(this, other);
            DType type = DTypes.Promote(DType, other.DType);
            (Tensor x, Tensor y) = (Cast(type), other.Cast(type));
            return function(Where(x.IsNaN(), y, x), Where(y.IsNaN(), x, y));
        }

        private Tensor OfNone() => Zeros(Shape, DType.Bool);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The real cube root.</summary>
    public sealed record Cbrt : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Cbrt(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / (3.0 * arguments.Output.Square());
    }

    /// <summary>The whole number next to x towards 0.</summary>
    public sealed record Truncate : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Truncate(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.ZerosLike();
    }
}
