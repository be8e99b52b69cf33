using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>The gamma function's logarithm and derivatives. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>ln |Γ(x)|, where Γ(n + 1) = n!; infinite at 0 and at negative whole numbers. PyTorch: <c>lgamma</c>; SciPy: <c>gammaln</c>.</summary>
        public Tensor LogGamma() => new LogGamma().Apply(this);

        /// <summary>The derivative of <see cref="LogGamma"/>, ψ(x); NaN at 0 and at negative whole numbers. PyTorch: <c>digamma</c>; SciPy: <c>digamma</c>.</summary>
        public Tensor Digamma() => new Polygamma(0).Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>ln |Γ(x)|.</summary>
    public sealed record LogGamma : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.LogGamma(double.CreateTruncating(x[i])));
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Inputs[0].Digamma();
    }

    /// <summary>The derivative of the digamma function of an order, 0 or more.</summary>
    public sealed record Polygamma(int Order) : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.Polygamma(Order, double.CreateTruncating(x[i])));
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * new Polygamma(Order + 1).Apply(arguments.Inputs[0]);
    }
}
