using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>The incomplete gamma and beta functions, which are the distribution functions of their distributions. Floating point only; computed in Float64.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The regularized lower incomplete gamma function P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a), where this tensor is a: by series below a + 1 and by Legendre's continued fraction above. NaN where a or x is
        /// negative. The gradient by x is the density; there is none by a, as in PyTorch. Keras: <c>gammainc</c>; PyTorch: <c>special.gammainc</c>, <c>igamma</c>; SciPy: <c>gammainc</c>.
        /// </summary>
        /// <param name="x">x; both broadcast.</param>
        public Tensor GammaInc(Tensor x) => Promoted(new GammaInc(Upper: false), this, x);

        /// <summary>The upper one, Q(a, x) = 1 - P(a, x), which keeps its digits where it is small. PyTorch: <c>special.gammaincc</c>, <c>igammac</c>; SciPy: <c>gammaincc</c>.</summary>
        /// <inheritdoc cref="GammaInc"/>
        public Tensor GammaIncC(Tensor x) => Promoted(new GammaInc(Upper: true), this, x);

        /// <summary>
        /// The regularized incomplete beta function I(a, b, x) = ∫₀ˣ tᵃ⁻¹ (1 - t)ᵇ⁻¹ dt / B(a, b), by its continued fraction. NaN where a or b is negative or x is not from 0 to 1. The gradient by x is the
        /// density; there is none by a and b. JAX and SciPy: <c>betainc</c>.
        /// </summary>
        /// <param name="a">a.</param>
        /// <param name="b">b.</param>
        /// <param name="x">x; all three broadcast.</param>
        public static Tensor BetaInc(Tensor a, Tensor b, Tensor x)
        {
            ArgumentNullException.ThrowIfNull(a);
            ArgumentNullException.ThrowIfNull(b);
            ArgumentNullException.ThrowIfNull(x);
            DType common = DTypes.Promote(DTypes.Promote(a.DType, b.DType), x.DType);
            return new BetaInc().Apply(a.Cast(common), b.Cast(common), x.Cast(common));
        }

        /// <summary>
        /// The derivative of that order of <see cref="Digamma"/>, ψ⁽ⁿ⁾(x); of order 0 it is that function itself. NaN at 0 and at negative whole numbers. PyTorch: <c>polygamma</c>,
        /// <c>special.polygamma</c>; SciPy: <c>polygamma</c>.
        /// </summary>
        /// <param name="order">n.</param>
        /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
        public Tensor Polygamma(int order)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(order);
            return new Polygamma(order).Apply(this);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: a, x. The regularized incomplete gamma function.</summary>
    /// <param name="Upper">Whether from x on.</param>
    public sealed record GammaInc(bool Upper) : FloatBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.GammaInc(double.CreateTruncating(x[i]), double.CreateTruncating(y[i]), Upper));
        }

        private protected override Tensor Partial(int input, in GradientArguments arguments)
        {
            if (input == 0)
                throw new NotSupportedException($"{Name} has no gradient by a. Detach() it.");
            (Tensor a, Tensor x) = (arguments.Inputs[0], arguments.Inputs[1]);
            Tensor density = (((a - 1) * x.Log()) - x - a.LogGamma()).Exp();
            return arguments.Upstream * (Upper ? -density : density);
        }
    }

    /// <summary>Inputs: a, b, x, which broadcast. The regularized incomplete beta function.</summary>
    public sealed record BetaInc : Elementwise
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(Name, inputs[0]);
            Check.SameType(Name, inputs[0], inputs[1]);
            Shape both = Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape);
            return new(Check.Broadcast(Name, both, inputs[2].Shape), Check.SameType(Name, inputs[0], inputs[2]));
        }

        internal override void Tile(in TileArguments arguments)
        {
            if (arguments.OutputType == DType.Float32)
                Invoke(arguments.Input<float>(0), arguments.Input<float>(1), arguments.Input<float>(2), arguments.Output<float>());
            else
                Invoke(arguments.Input<double>(0), arguments.Input<double>(1), arguments.Input<double>(2), arguments.Output<double>());
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            if (input < 2)
                throw new NotSupportedException("BetaInc has no gradient by a and b. Detach() them.");
            (Tensor a, Tensor b, Tensor x) = (arguments.Inputs[0], arguments.Inputs[1], arguments.Inputs[2]);
            Tensor density = (((a - 1) * x.Log()) + ((b - 1) * (-x).Log1p()) + (a + b).LogGamma() - a.LogGamma() - b.LogGamma()).Exp();
            return (arguments.Upstream * density).SumTo(x.Shape);
        }

        private static void Invoke<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> x, Span<T> result) where T : System.Numerics.IFloatingPointIeee754<T>
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.BetaInc(double.CreateTruncating(a[i]), double.CreateTruncating(b[i]), double.CreateTruncating(x[i])));
        }
    }
}
