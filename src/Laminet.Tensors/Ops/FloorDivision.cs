using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Division without a fraction, rounded down as in Python and NumPy; C#'s / and % round towards zero.</content>
    public sealed partial class Tensor
    {
        /// <summary>The largest whole number not above x / y; its gradient is zero. Integers divided by 0 give 0, as in NumPy. NumPy, Keras and PyTorch: <c>floor_divide</c>.</summary>
        public Tensor FloorDivide(Tensor other) => Promoted(new FloorDivide(), this, other);

        /// <summary>The largest whole number not above x / y.</summary>
        public Tensor FloorDivide(double other) => Promoted(new FloorDivide(), this, other);

        /// <summary>The largest whole number not above x / y.</summary>
        public Tensor FloorDivide(long other) => Promoted(new FloorDivide(), this, other);

        /// <summary>
        /// The remainder x - y floor(x / y), with the sign of y; gradients 1 and -floor(x / y). An integer modulo 0 is 0, as in NumPy; a
        /// floating-point number modulo 0 is NaN. NumPy: <c>mod</c>, <c>remainder</c>; Keras: <c>mod</c>; PyTorch: <c>remainder</c>; ONNX: <c>Mod</c> with fmod = 0.
        /// </summary>
        public Tensor Mod(Tensor other) => Promoted(new Mod(), this, other);

        /// <summary>What is left, with the sign of y.</summary>
        public Tensor Mod(double other) => Promoted(new Mod(), this, other);

        /// <summary>What is left, with the sign of y.</summary>
        public Tensor Mod(long other) => Promoted(new Mod(), this, other);

        /// <summary>
        /// C's remainder x - y trunc(x / y), with the sign of x, as C#'s %; gradients 1 and -trunc(x / y). An integer modulo 0 is 0, as in NumPy; a floating-point number modulo 0 is NaN.
        /// NumPy, Keras and PyTorch: <c>fmod</c>; ONNX: <c>Mod</c> with fmod = 1.
        /// </summary>
        /// <param name="other">y; both broadcast.</param>
        public Tensor FMod(Tensor other) => Promoted(new FMod(), this, other);

        /// <inheritdoc cref="FMod(Tensor)"/>
        public Tensor FMod(double other) => Promoted(new FMod(), this, other);

        /// <inheritdoc cref="FMod(Tensor)"/>
        public Tensor FMod(long other) => Promoted(new FMod(), this, other);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The largest whole number not above x / y, with broadcasting.</summary>
    public sealed record FloorDivide : NumberBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = FloorDivision.Of(x[i], y[i]).Quotient;
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments) => arguments.Upstream.ZerosLike();
    }

    /// <summary>x - y floor(x / y), with broadcasting: it has the sign of y.</summary>
    public sealed record Mod : NumberBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = FloorDivision.Of(x[i], y[i]).Remainder;
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments) => input == 0
            ? arguments.Upstream
            : -(arguments.Upstream * arguments.Inputs[0].FloorDivide(arguments.Inputs[1]));
    }

    /// <summary>x - y trunc(x / y), with broadcasting: it has the sign of x.</summary>
    public sealed record FMod : NumberBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            bool isWhole = T.One / (T.One + T.One) == T.Zero;
            for (int i = 0; i < result.Length; i++)
            {
                // The processor raises an exception for integers modulo 0, and for the smallest one modulo -1.
                result[i] = isWhole && (y[i] == T.Zero || (y[i] < T.Zero && y[i] + T.One == T.Zero)) ? T.Zero : x[i] % y[i];
            }
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments) => input == 0
            ? arguments.Upstream
            : -(arguments.Upstream * (arguments.Inputs[0] / arguments.Inputs[1]).Truncate());
    }

    internal static class FloorDivision
    {
        public static (T Quotient, T Remainder) Of<T>(T x, T y) where T : unmanaged, INumber<T>
        {
            if (typeof(T) == typeof(float))
                return Unsafe.BitCast<(float, float), (T, T)>(OfFractions(Unsafe.BitCast<T, float>(x), Unsafe.BitCast<T, float>(y)));
            if (typeof(T) == typeof(double))
                return Unsafe.BitCast<(double, double), (T, T)>(OfFractions(Unsafe.BitCast<T, double>(x), Unsafe.BitCast<T, double>(y)));
            return OfIntegers(x, y);
        }

        // The quotient of the smallest number and -1 is beyond the type; the processor raises an exception.
        private static (T Quotient, T Remainder) OfIntegers<T>(T x, T y) where T : INumber<T>
        {
            if (y == T.Zero)
                return (T.Zero, T.Zero);
            if (y == T.Zero - T.One && y < T.Zero)
                return (T.Zero - x, T.Zero);
            (T quotient, T remainder) = (x / y, x % y);
            return remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(y) ? (quotient - T.One, remainder + y) : (quotient, remainder);
        }

        // From the remainder, which is exact: x / y rounded may have reached the next whole number.
        private static (T Quotient, T Remainder) OfFractions<T>(T x, T y) where T : IFloatingPointIeee754<T>
        {
            if (y == T.Zero)
                return (x / y, T.NaN);
            T remainder = x % y;
            T quotient = (x - remainder) / y;
            if (remainder == T.Zero)
                remainder = T.CopySign(T.Zero, y);
            else if (T.IsNegative(remainder) != T.IsNegative(y))
                (quotient, remainder) = (quotient - T.One, remainder + y);
            return (quotient == T.Zero ? T.CopySign(T.Zero, x / y) : T.Round(quotient), remainder);
        }
    }
}
