using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Bessel functions of the orders 0 and 1, computed in Float64. Floating point only. Sources: Abramowitz and Stegun, "Handbook of mathematical functions", chapter 9.</content>
    public sealed partial class Tensor
    {
        /// <summary>The Bessel function of the first kind and order 0, Σ (-1)ᵏ (x/2)²ᵏ / (k!)². PyTorch: <c>special.bessel_j0</c>; SciPy: <c>j0</c>.</summary>
        public Tensor J0() => new BesselJ(0).Apply(this);

        /// <summary>The Bessel function of the first kind and order 1, minus the derivative of <see cref="J0"/>. PyTorch: <c>special.bessel_j1</c>; SciPy: <c>j1</c>.</summary>
        public Tensor J1() => new BesselJ(1).Apply(this);

        /// <summary>The Bessel function of the second kind and order 0; minus infinity at 0 and NaN below. PyTorch: <c>special.bessel_y0</c>; SciPy: <c>y0</c>.</summary>
        public Tensor Y0() => new BesselY(0).Apply(this);

        /// <summary>The Bessel function of the second kind and order 1, minus the derivative of <see cref="Y0"/>. PyTorch: <c>special.bessel_y1</c>; SciPy: <c>y1</c>.</summary>
        public Tensor Y1() => new BesselY(1).Apply(this);

        /// <summary>The modified Bessel function of the second kind and order 0, ∫ exp(-x cosh t) dt from 0 on; infinity at 0 and NaN below. PyTorch: <c>special.modified_bessel_k0</c>; SciPy: <c>k0</c>.</summary>
        public Tensor K0() => new BesselK(0, false).Apply(this);

        /// <summary>The modified Bessel function of the second kind and order 1, minus the derivative of <see cref="K0"/>. PyTorch: <c>special.modified_bessel_k1</c>; SciPy: <c>k1</c>.</summary>
        public Tensor K1() => new BesselK(1, false).Apply(this);

        /// <summary>eˣ times <see cref="K0"/>, which does not underflow. PyTorch: <c>special.scaled_modified_bessel_k0</c>; SciPy: <c>k0e</c>.</summary>
        public Tensor K0e() => new BesselK(0, true).Apply(this);

        /// <summary>eˣ times <see cref="K1"/>, which does not underflow. PyTorch: <c>special.scaled_modified_bessel_k1</c>; SciPy: <c>k1e</c>.</summary>
        public Tensor K1e() => new BesselK(1, true).Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The Bessel function of the first kind.</summary>
    /// <param name="Order">Its order, 0 or more.</param>
    public sealed record BesselJ(int Order) : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.BesselJ(Order, double.CreateTruncating(x[i])));
        }

        // J'(n) = (J(n - 1) - J(n + 1)) / 2, where J(-1) = -J(1).
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor above = new BesselJ(Order + 1).Apply(arguments.Inputs[0]);
            return arguments.Upstream * (Order == 0 ? -above : (new BesselJ(Order - 1).Apply(arguments.Inputs[0]) - above) * 0.5);
        }
    }

    /// <summary>The Bessel function of the second kind.</summary>
    /// <param name="Order">Its order, 0 or more.</param>
    public sealed record BesselY(int Order) : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.BesselY(Order, double.CreateTruncating(x[i])));
        }

        // As those of the first kind.
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor above = new BesselY(Order + 1).Apply(arguments.Inputs[0]);
            return arguments.Upstream * (Order == 0 ? -above : (new BesselY(Order - 1).Apply(arguments.Inputs[0]) - above) * 0.5);
        }
    }

    /// <summary>The modified Bessel function of the second kind.</summary>
    /// <param name="Order">Its order, 0 or more.</param>
    /// <param name="IsScaled">Whether it is multiplied by eˣ.</param>
    public sealed record BesselK(int Order, bool IsScaled) : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.CreateTruncating(SpecialFunctions.BesselK(Order, double.CreateTruncating(x[i]), IsScaled));
        }

        // K'(n) = -(K(n - 1) + K(n + 1)) / 2, where K(-1) = K(1).
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor above = new BesselK(Order + 1, IsScaled).Apply(arguments.Inputs[0]);
            Tensor slope = Order == 0 ? -above : (new BesselK(Order - 1, IsScaled).Apply(arguments.Inputs[0]) + above) * -0.5;
            return arguments.Upstream * (IsScaled ? slope + arguments.Output : slope);
        }
    }
}
