using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>The Gaussian error linear unit. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// x P(x) with the share P(x) of a standard normal distribution below x, that is x (1 + erf(x / sqrt(2))) / 2. (Hendrycks and Gimpel, "Gaussian error linear units",
        /// 2016.) Keras: <c>gelu</c>; PyTorch: <c>nn.functional.gelu</c>; ONNX: <c>Gelu</c>.
        /// </summary>
        public Tensor Gelu() => new Gelu().Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>x P(x), with the share P(x) of a standard normal distribution below x.</summary>
    public sealed record Gelu : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => NormalShare.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * new GeluSlope().Apply(arguments.Inputs[0]);

        private readonly struct Function : INormalFunction
        {
            public static TVector Of<TSimd, TVector, T>(TVector x, TVector share, TVector exponential)
                where TSimd : ISimd<TVector, T>
                where TVector : unmanaged
                where T : unmanaged, IFloatingPointIeee754<T> => TSimd.Multiply(x, share);
        }
    }

    /// <summary>The slope of <see cref="Gelu"/>, P(x) + x exp(-x²/2) / sqrt(2π).</summary>
    public sealed record GeluSlope : FloatUnary
    {
        private static readonly double Peak = 1 / Math.Sqrt(2 * Math.PI);

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => NormalShare.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor square = arguments.Inputs[0].Square();
            return arguments.Upstream * (2 - square) * (square * -0.5).Exp() * Peak;
        }

        private readonly struct Function : INormalFunction
        {
            public static TVector Of<TSimd, TVector, T>(TVector x, TVector share, TVector exponential)
                where TSimd : ISimd<TVector, T>
                where TVector : unmanaged
                where T : unmanaged, IFloatingPointIeee754<T> => TSimd.MultiplyAdd(TSimd.Multiply(x, exponential), TSimd.Broadcast(T.CreateTruncating(Peak)), share);
        }
    }
}
