using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Further exponentials, logarithms and roots of each element. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>exp(x) - 1, exact for small x. NumPy, Keras and PyTorch: <c>expm1</c>.</summary>
        public Tensor Expm1() => new Expm1().Apply(this);

        /// <summary>2 to the power x. NumPy, Keras and PyTorch: <c>exp2</c>.</summary>
        public Tensor Exp2() => new Exp2().Apply(this);

        /// <summary>The logarithm to base 2; NaN below zero, minus infinity at zero. NumPy, Keras and PyTorch: <c>log2</c>.</summary>
        public Tensor Log2() => new Log2().Apply(this);

        /// <summary>The logarithm to base 10; NaN below zero, minus infinity at zero. NumPy, Keras and PyTorch: <c>log10</c>.</summary>
        public Tensor Log10() => new Log10().Apply(this);

        /// <summary>1 / sqrt(x); NaN below zero, infinite at zero. Keras and PyTorch: <c>rsqrt</c>.</summary>
        public Tensor Rsqrt() => new Rsqrt().Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>exp(x) - 1.</summary>
    public sealed record Expm1 : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => VectorMap.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * (arguments.Output + 1);

        private readonly struct Function : IVectorFunction
        {
            public static void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T> => TensorPrimitives.Exp(x, result);

            // Below 1/2 the subtraction would lose digits; there the exponential's series has them all.
            public static Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T>
            {
                Vector<T> series = typeof(T) == typeof(float)
                    ? VectorMap.Polynomial(x, 1.0 / 40_320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5)
                    : VectorMap.Polynomial(x, 1.0 / 1_307_674_368_000, 1.0 / 87_178_291_200, 1.0 / 6_227_020_800, 1.0 / 479_001_600, 1.0 / 39_916_800, 1.0 / 3_628_800,
                        1.0 / 362_880, 1.0 / 40_320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5);
                return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), VectorMap.Number<T>(0.5)), x + (x * x * series), prepared - Vector<T>.One);
            }
        }
    }

    /// <summary>2 to the power x.</summary>
    public sealed record Exp2 : FloatUnary
    {
        // TensorPrimitives.Exp2 multiplies by ln 2 first, which at 100 costs the last six bits.
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Exp2(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * (arguments.Output * Math.Log(2));
    }

    /// <summary>The logarithm to base 2.</summary>
    public sealed record Log2 : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log2(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / (arguments.Inputs[0] * Math.Log(2));
    }

    /// <summary>The logarithm to base 10.</summary>
    public sealed record Log10 : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Log10(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / (arguments.Inputs[0] * Math.Log(10));
    }

    /// <summary>1 / sqrt(x).</summary>
    public sealed record Rsqrt : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.ReciprocalSqrt(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * (arguments.Output.Square() * arguments.Output * -0.5);
    }
}
