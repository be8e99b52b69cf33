using System.Numerics;
using System.Runtime.InteropServices;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>The error function and its relatives. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>The error function, 2 / sqrt(π) times the integral of exp(-t²) from 0 to x. Relative error: a few units in the last place. Keras and PyTorch: <c>erf</c>; ONNX: <c>Erf</c>.</summary>
        public Tensor Erf() => new Erf().Apply(this);

        /// <summary>1 - erf(x), exact also where it is tiny: at 5 it is 1.5e-12. Keras and PyTorch: <c>erfc</c>.</summary>
        public Tensor Erfc() => new Erfc().Apply(this);

        /// <summary>The y with erf(y) = x; infinite at -1 and 1, NaN beyond. Exact also for tiny x. Keras and PyTorch: <c>erfinv</c>.</summary>
        public Tensor Erfinv() => new Erfinv().Apply(this);

        /// <summary>exp(x²) erfc(x), which does not underflow where x is large. PyTorch: <c>special.erfcx</c>; SciPy: <c>erfcx</c>.</summary>
        public Tensor Erfcx() => new Erfcx().Apply(this);

        /// <summary>
        /// ln Φ(x), the logarithm of the normal distribution's share below x, with all its digits in both tails: ln(erfcx(-x/√2) / 2) - x²/2 below -1. PyTorch: <c>special.log_ndtr</c>; SciPy: <c>log_ndtr</c>.
        /// </summary>
        public Tensor LogNdtr()
        {
            Check.Float("LogNdtr", Spec);
            // Each branch gets numbers for which it and its gradient are finite.
            Tensor isTail = Less(-1), edge = Scalar(-1, DType), low = Where(isTail, this, edge), high = Where(isTail, edge, this);
            return Where(isTail, (low * -Math.Sqrt(0.5)).Erfcx().Log() - Math.Log(2) - (low.Square() * 0.5), ((high * Math.Sqrt(0.5)).Erfc() * -0.5).Log1p());
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>
    /// The error function. Float64: W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation 1969. Float32: polynomials.
    /// </summary>
    public sealed record Erf : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            if (typeof(T) == typeof(float))
                NarrowErrorFunction.Run(MemoryMarshal.Cast<T, float>(x), MemoryMarshal.Cast<T, float>(result));
            else
                VectorMap.Run<Function, T>(x, result);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * ((-arguments.Inputs[0].Square()).Exp() * (2 / Math.Sqrt(Math.PI)));

        private readonly struct Function : IVectorFunction
        {
            public static void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T> => Cody.Exponential(x, result);

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T>
            {
                Vector<T> size = Vector.Abs(x);
                Vector<T> small = Vector.LessThanOrEqual(size, VectorMap.Number<T>(Cody.Small));
                Vector<T> near = Cody.NearZero(x);
                if (Vector.LessThanOrEqualAll(size, VectorMap.Number<T>(Cody.Small)))
                    return near;
                Vector<T> rest = Vector<T>.One - Cody.Complement(size, prepared);
                return Vector.ConditionalSelect(small, near, Vector.CopySign(rest, x));
            }
        }
    }

    /// <summary>1 - erf(x).</summary>
    public sealed record Erfc : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => VectorMap.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * ((-arguments.Inputs[0].Square()).Exp() * (-2 / Math.Sqrt(Math.PI)));

        private readonly struct Function : IVectorFunction
        {
            public static void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T> => Cody.Exponential(x, result);

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T>
            {
                Vector<T> size = Vector.Abs(x), tail = Cody.Complement(size, prepared);
                Vector<T> far = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), VectorMap.Number<T>(2) - tail, tail);
                return Vector.ConditionalSelect(Vector.LessThanOrEqual(size, VectorMap.Number<T>(Cody.Small)), Vector<T>.One - Cody.NearZero(x), far);
            }
        }
    }

    /// <summary>exp(x²) erfc(x).</summary>
    public sealed record Erfcx : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => VectorMap.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * ((arguments.Inputs[0] * arguments.Output * 2) - (2 / Math.Sqrt(Math.PI)));

        private readonly struct Function : IVectorFunction
        {
            // exp(x²), with the square rounded.
            public static void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>
            {
                TensorPrimitives.Multiply(x, x, result);
                TensorPrimitives.Exp(result, result);
            }

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T>
            {
                Vector<T> size = Vector.Abs(x), tail = Cody.Scaled(size), exponential = prepared * (Vector<T>.One + Cody.Rounding(size));
                Vector<T> far = Vector.ConditionalSelect(Vector.LessThan(x, Vector<T>.Zero), (VectorMap.Number<T>(2) * exponential) - tail, tail);
                return Vector.ConditionalSelect(Vector.LessThanOrEqual(size, VectorMap.Number<T>(Cody.Small)), exponential * (Vector<T>.One - Cody.NearZero(x)), far);
            }
        }
    }

    /// <summary>The inverse of the error function. M. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 1988.</summary>
    public sealed record Erfinv : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.Erfinv(double.CreateTruncating(x[i])));
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * (arguments.Output.Square().Exp() * (Math.Sqrt(Math.PI) / 2));
    }

    /// <summary>Cody's rational functions.</summary>
    internal static class Cody
    {
        /// <summary>Up to here erf is a rational function times x.</summary>
        public const double Small = 0.46875;

        /// <summary>exp(-x²), with the square rounded.</summary>
        public static void Exponential<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>
        {
            TensorPrimitives.Multiply(x, x, result);
            TensorPrimitives.Negate(result, result);
            TensorPrimitives.Exp(result, result);
        }

        /// <summary>erf(x) for small x.</summary>
        public static Vector<T> NearZero<T>(Vector<T> x) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Vector<T> z = x * x;
            return x * (VectorMap.Polynomial(z, 1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3)
                / VectorMap.Polynomial(z, 1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3));
        }

        /// <summary>erfc(y) for y above <see cref="Small"/>, from exp(-y²) with the square rounded.</summary>
        public static Vector<T> Complement<T>(Vector<T> y, Vector<T> exponential) where T : unmanaged, IFloatingPointIeee754<T>
        {
            exponential *= Vector<T>.One - Rounding(y);
            return exponential * Scaled(y);
        }

        /// <summary>What the rounding of the square took off, which a large exponent would magnify. An infinite square has none.</summary>
        public static Vector<T> Rounding<T>(Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Vector<T> square = y * y;
            return Vector.ConditionalSelect(Vector.LessThan(square, VectorMap.Number<T>(1e30)), Fused(y, square), Vector<T>.Zero);
        }

        /// <summary>exp(y²) erfc(y) for y above <see cref="Small"/>.</summary>
        public static Vector<T> Scaled<T>(Vector<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Vector<T> square = y * y, four = VectorMap.Number<T>(4);
            Vector<T> middle = VectorMap.Polynomial(y, 2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
                    8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3)
                / VectorMap.Polynomial(y, 1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
                    4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3);
            if (Vector.LessThanOrEqualAll(y, four))
                return middle;
            Vector<T> z = Vector<T>.One / square;
            Vector<T> ratio = VectorMap.Polynomial(z, 1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4)
                / VectorMap.Polynomial(z, 1, 2.56852019228982242, 1.87295284992346047, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3);
            Vector<T> far = (VectorMap.Number<T>(1 / Math.Sqrt(Math.PI)) - (z * ratio)) / y;
            return Vector.ConditionalSelect(Vector.LessThanOrEqual(y, four), middle, far);
        }

        private static Vector<T> Fused<T>(Vector<T> y, Vector<T> square) where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(float)
            ? Vector.FusedMultiplyAdd(y.As<T, float>(), y.As<T, float>(), -square.As<T, float>()).As<float, T>()
            : Vector.FusedMultiplyAdd(y.As<T, double>(), y.As<T, double>(), -square.As<T, double>()).As<double, T>();
    }
}
