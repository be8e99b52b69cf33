using System.Numerics;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Functions of each element. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>e to the power x. NumPy, Keras and PyTorch: <c>exp</c>; ONNX: <c>Exp</c>.</summary>
        public Tensor Exp() => new Exp().Apply(this);

        /// <summary>The natural logarithm; NaN below zero, minus infinity at zero. NumPy, Keras and PyTorch: <c>log</c>; ONNX: <c>Log</c>.</summary>
        public Tensor Log() => new Log().Apply(this);

        /// <summary>ln(1 + x), exact for small x. NumPy, Keras and PyTorch: <c>log1p</c>.</summary>
        public Tensor Log1p() => new Log1p().Apply(this);

        /// <summary>
        /// The square root; NaN below zero. Its gradient at 0 is infinite. For the length of a vector use <see cref="Norm(Axes, double, bool)"/>; for a selected
        /// branch see the remarks of <see cref="Where"/>. NumPy, Keras and PyTorch: <c>sqrt</c>; ONNX: <c>Sqrt</c>.
        /// </summary>
        public Tensor Sqrt() => new Sqrt().Apply(this);

        /// <summary>The sine of x in radians. NumPy, Keras and PyTorch: <c>sin</c>; ONNX: <c>Sin</c>.</summary>
        public Tensor Sin() => new Sin().Apply(this);

        /// <summary>The cosine of x in radians. NumPy, Keras and PyTorch: <c>cos</c>; ONNX: <c>Cos</c>.</summary>
        public Tensor Cos() => new Cos().Apply(this);

        /// <summary>The hyperbolic tangent. NumPy, Keras and PyTorch: <c>tanh</c>; ONNX: <c>Tanh</c>.</summary>
        public Tensor Tanh() => new Tanh().Apply(this);

        /// <summary>The logistic function 1 / (1 + exp(-x)). Keras and PyTorch: <c>sigmoid</c>; ONNX: <c>Sigmoid</c>.</summary>
        public Tensor Sigmoid() => new Sigmoid().Apply(this).Of(this, softmax: false);

        /// <summary>max(0, x); its gradient at 0 is 0. Keras and PyTorch: <c>relu</c>; ONNX: <c>Relu</c>.</summary>
        public Tensor Relu() => new Relu().Apply(this);

        /// <summary>ln(1 + exp(x)), computed without overflow. Keras: <c>softplus</c>; PyTorch: <c>nn.functional.softplus</c>; ONNX: <c>Softplus</c>.</summary>
        public Tensor Softplus() => new Softplus().Apply(this);

        /// <summary>The largest integer not above x; its gradient is zero. NumPy, Keras and PyTorch: <c>floor</c>; ONNX: <c>Floor</c>.</summary>
        public Tensor Floor() => new Floor().Apply(this);

        /// <summary>The smallest integer not below x; its gradient is zero. NumPy, Keras and PyTorch: <c>ceil</c>; ONNX: <c>Ceil</c>.</summary>
        public Tensor Ceiling() => new Ceiling().Apply(this);

        /// <summary>The nearest integer, ties to even; its gradient is zero. NumPy, Keras and PyTorch: <c>round</c>, to decimal places as well; ONNX: <c>Round</c>.</summary>
        public Tensor Round() => new Round().Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>e to the power x.</summary>
    public sealed record Exp : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Exp(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Output;
    }

    /// <summary>The natural logarithm.</summary>
    public sealed record Log : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Log(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / arguments.Inputs[0];
    }

    /// <summary>ln(1 + x), exact also where x is small.</summary>
    public sealed record Log1p : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => VectorMap.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / (arguments.Inputs[0] + 1);

        // TensorPrimitives.LogP1 computes Log(1 + x), which loses all digits of a small x. With u = 1 + x rounded,
        // ln(u) x / (u - 1) repairs the rounding (Kahan); for u = 1 the answer is x.
        internal readonly struct Function : IVectorFunction
        {
            public static void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>
            {
                TensorPrimitives.Add(x, T.One, result);
                TensorPrimitives.Log(result, result);
            }

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T>
            {
                Vector<T> u = x + Vector<T>.One, rounded = u - Vector<T>.One;
                // What is left alone: a logarithm that is infinite or NaN.
                Vector<T> repaired = Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(prepared), Vector.Create(T.PositiveInfinity)), prepared * (x / rounded), prepared);
                return Vector.ConditionalSelect(Vector.Equals(rounded, Vector<T>.Zero), x, repaired);
            }
        }
    }

    /// <summary>The square root.</summary>
    public sealed record Sqrt : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            // As in NumberBinary.
            if (result.Length == 1)
                result[0] = T.Sqrt(x[0]);
            else
                TensorPrimitives.Sqrt(x, result);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / (arguments.Output * 2);
    }

    /// <summary>The sine.</summary>
    public sealed record Sin : FloatUnary
    {
        internal override bool DependsOnNeighbours => true;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sin(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Inputs[0].Cos();
    }

    /// <summary>The cosine.</summary>
    public sealed record Cos : FloatUnary
    {
        internal override bool DependsOnNeighbours => true;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Cos(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => -(arguments.Upstream * arguments.Inputs[0].Sin());
    }

    /// <summary>The hyperbolic tangent.</summary>
    public sealed record Tanh : FloatUnary
    {
        // The argument is read again after the result was written.
        internal override bool MayOverwrite(int input, int output = 0) => false;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => HyperbolicTangent.Of(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * (1 - arguments.Output.Square());
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public sealed record Sigmoid : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => Logistic.Of(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * (arguments.Output * (1 - arguments.Output));
    }

    /// <summary>max(0, x).</summary>
    public sealed record Relu : FloatUnary
    {
        internal override Follower? AsFollower(int input, ReadOnlySpan<TensorSpec> inputs) => Follower.Rectify;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Max(x, T.Zero, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            new ReluGradient().Apply(arguments.Upstream, arguments.Output);
    }

    /// <summary>The first operand where the second is above zero, else 0. One pass where a comparison and a choice take two.</summary>
    public sealed record ReluGradient : FloatBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            int i = 0;
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                Vector<T> positive = Vector.GreaterThan(new Vector<T>(y[i..]), Vector<T>.Zero);
                Vector.ConditionalSelect(positive, new Vector<T>(x[i..]), Vector<T>.Zero).CopyTo(result[i..]);
            }

            for (; i < x.Length; i++)
                result[i] = y[i] > T.Zero ? x[i] : T.Zero;
        }

        // Piecewise constant in the second operand.
        private protected override Tensor? Partial(int input, in GradientArguments arguments) =>
            input == 0 ? new ReluGradient().Apply(arguments.Upstream, arguments.Inputs[1]) : null;
    }

    /// <summary>
    /// max(0, x) + ln(1 + exp(-|x|)). Composed of these its gradient at 0, a unit's usual first input, would be 0 instead of 1/2.
    /// </summary>
    public sealed record Softplus : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => VectorMap.Run<Function, T>(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            arguments.Upstream * arguments.Inputs[0].Sigmoid();

        private readonly struct Function : IVectorFunction
        {
            public static void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>
            {
                TensorPrimitives.Abs(x, result);
                TensorPrimitives.Negate(result, result);
                TensorPrimitives.Exp(result, result);
                VectorMap.Run<Log1p.Function, T>(result, result);
            }

            public static Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T> => Vector.Max(x, Vector<T>.Zero) + prepared;
        }
    }

    /// <summary>The largest whole number not above x.</summary>
    public sealed record Floor : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Floor(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.ZerosLike();
    }

    /// <summary>The smallest whole number not below x.</summary>
    public sealed record Ceiling : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Ceiling(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.ZerosLike();
    }

    /// <summary>The nearest whole number; halves go to the even one.</summary>
    public sealed record Round : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Round(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream.ZerosLike();
    }
}
