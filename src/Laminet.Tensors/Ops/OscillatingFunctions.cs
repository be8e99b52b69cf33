using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Functions of signals: the cardinal sine, and Bessel's modified functions, of which Kaiser's window is made. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>sin(πx) / (πx), which is 1 at 0. Gradients of every order keep their digits near 0. NumPy, Keras and PyTorch: <c>sinc</c>.</summary>
        public Tensor Sinc() => new Sinc(0).Apply(this);

        /// <summary>The modified Bessel function of the first kind and order 0, Σ (x/2)²ᵏ / (k!)². NumPy and Keras: <c>i0</c>; PyTorch: <c>i0</c>, <c>special.i0</c>.</summary>
        public Tensor I0() => new BesselI(0).Apply(this);

        /// <summary>The modified Bessel function of the first kind and order 1, the derivative of <see cref="I0"/>. PyTorch: <c>special.i1</c>.</summary>
        public Tensor I1() => new BesselI(1).Apply(this);

        /// <summary>
        /// Kaiser's window I₀(β √(1 - (2j/n - 1)²)) / I₀(β), a vector in Float64 (Kaiser, "Nonrecursive digital filter design", 1974). NumPy and Keras: <c>kaiser</c>, which is symmetric; PyTorch:
        /// <c>kaiser_window</c>.
        /// </summary>
        /// <param name="length">How many numbers.</param>
        /// <param name="beta">β: the larger, the narrower; 0 gives 1 everywhere.</param>
        /// <param name="periodic">Whether it is one period (n = length), as for spectra; otherwise it is symmetric (n = length - 1), as for filters.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
        public static Tensor FromKaiserWindow(int length, double beta, bool periodic = false)
        {
            double half = Math.Max(1, periodic ? Checked("FromKaiserWindow", length) : Checked("FromKaiserWindow", length) - 1) / 2.0;
            return length == 1
                ? From(1.0)
                : From([.. Enumerable.Range(0, length).Select(j => SpecialFunctions.BesselI(0, beta * Math.Sqrt(Math.Max(0, 1 - Math.Pow((j / half) - 1, 2)))) / SpecialFunctions.BesselI(0, beta))], [length]);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The derivative of that order of sin(πx) / (πx).</summary>
    /// <param name="Order">0 for the function itself.</param>
    public sealed record Sinc(int Order) : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.Sinc(Order, double.CreateTruncating(x[i])));
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * new Sinc(Order + 1).Apply(arguments.Inputs[0]);
    }

    /// <summary>The modified Bessel function of the first kind.</summary>
    /// <param name="Order">Its order, 0 or more.</param>
    public sealed record BesselI(int Order) : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.BesselI(Order, double.CreateTruncating(x[i])));
        }

        // I'(n) = (I(n - 1) + I(n + 1)) / 2, where I(-1) = I(1).
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor above = new BesselI(Order + 1).Apply(arguments.Inputs[0]);
            return arguments.Upstream * (Order == 0 ? above : (new BesselI(Order - 1).Apply(arguments.Inputs[0]) + above) * 0.5);
        }
    }
}
