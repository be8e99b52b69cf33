using System.Globalization;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Powers.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// x to the power y, elementwise. Of two tensors of integers it is an integer, which goes round where it is beyond its type; a negative exponent is an error then, as in NumPy. NumPy and Keras: <c>power</c>; PyTorch: <c>pow</c>,
        /// which gives 0 or 1 / x for negative integers; ONNX: <c>Pow</c>.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">An integer to a negative integer power.</exception>
        public Tensor Pow(Tensor exponent)
        {
            ArgumentNullException.ThrowIfNull(exponent);
            return Promoted(DTypes.Promote(DType, exponent.DType).IsInteger() ? new IntegerPower() : new Power(), this, exponent);
        }

        /// <summary>x to the power y. Integers become Float32, as with any C# number that is not an integer.</summary>
        public Tensor Pow(double exponent) => Promoted(new Power(), this, exponent);

        /// <summary>x to a whole power, which keeps the type of an integer tensor.</summary>
        /// <exception cref="ArgumentOutOfRangeException">An integer to a negative power.</exception>
        public Tensor Pow(long exponent) => Promoted(DType.IsFloat() ? new Power() : new IntegerPower(), this, exponent);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>d(x^y) = y x^(y-1) dx + x^y ln(x) dy; where x is 0 the second term is 0 for y above 0.</summary>
    public sealed record Power : FloatBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Pow(x, y, result);

        private protected override Tensor Partial(int input, in GradientArguments arguments)
        {
            (Tensor x, Tensor y) = (arguments.Inputs[0], arguments.Inputs[1]);
            if (input == 0)
            {
                // x^0 is 1 at 0 too: 0 times the infinite 0^-1 would give NaN.
                Tensor constant = x.Equal(0).And(y.Equal(0));
                return arguments.Upstream * (y * x.Pow(Tensor.Where(constant, y.OnesLike(), y) - 1));
            }

            // ln 0 is minus infinity and would turn 0 * infinity into NaN.
            Tensor safe = Tensor.Where(x.Equal(0), x.OnesLike(), x);
            return arguments.Upstream * (arguments.Output * safe.Log());
        }
    }

    /// <summary>x^y of integers, by squaring, with broadcasting.</summary>
    public sealed record IntegerPower : NumberBinary
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Integer(Name, inputs[0]);
            return base.Infer(inputs);
        }

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
            {
                if (y[i] < T.Zero)
                    throw new ArgumentOutOfRangeException(nameof(y), string.Create(CultureInfo.InvariantCulture, $"Pow: received the integer {x[i]} to the power {y[i]}, which is no integer. Cast the tensor to a floating-point type, or use a double as the exponent."));
                T power = T.One, square = x[i];
                for (ulong rest = ulong.CreateTruncating(y[i]); rest > 0; rest >>= 1, square *= square)
                {
                    if ((rest & 1) == 1)
                        power *= square;
                }

                result[i] = power;
            }
        }

        private protected override Tensor? Partial(int input, in GradientArguments arguments) => null;
    }
}
