using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Trigonometric and hyperbolic functions of each element, and their inverses; angles in radians. Floating point only.</content>
    public sealed partial class Tensor
    {
        /// <summary>The tangent of x in radians. NumPy, Keras and PyTorch: <c>tan</c>; ONNX: <c>Tan</c>.</summary>
        public Tensor Tan() => new Tan().Apply(this);

        /// <summary>The angle in [-π/2, π/2] whose sine is x; NaN outside [-1, 1]. NumPy, Keras and PyTorch: <c>arcsin</c>; ONNX: <c>Asin</c>.</summary>
        public Tensor Asin() => new Asin().Apply(this);

        /// <summary>The angle in [0, π] whose cosine is x; NaN outside [-1, 1]. NumPy, Keras and PyTorch: <c>arccos</c>; ONNX: <c>Acos</c>.</summary>
        public Tensor Acos() => new Acos().Apply(this);

        /// <summary>The angle in [-π/2, π/2] whose tangent is x. NumPy, Keras and PyTorch: <c>arctan</c>; ONNX: <c>Atan</c>.</summary>
        public Tensor Atan() => new Atan().Apply(this);

        /// <summary>The hyperbolic sine. NumPy, Keras and PyTorch: <c>sinh</c>; ONNX: <c>Sinh</c>.</summary>
        public Tensor Sinh() => new Sinh().Apply(this);

        /// <summary>The hyperbolic cosine. NumPy, Keras and PyTorch: <c>cosh</c>; ONNX: <c>Cosh</c>.</summary>
        public Tensor Cosh() => new Cosh().Apply(this);

        /// <summary>The inverse of the hyperbolic sine. NumPy, Keras and PyTorch: <c>arcsinh</c>; ONNX: <c>Asinh</c>.</summary>
        public Tensor Asinh() => new Asinh().Apply(this);

        /// <summary>The inverse of the hyperbolic cosine, 0 or more; NaN below 1. NumPy, Keras and PyTorch: <c>arccosh</c>; ONNX: <c>Acosh</c>.</summary>
        public Tensor Acosh() => new Acosh().Apply(this);

        /// <summary>The inverse of the hyperbolic tangent; NaN outside [-1, 1]. NumPy, Keras and PyTorch: <c>arctanh</c>; ONNX: <c>Atanh</c>.</summary>
        public Tensor Atanh() => new Atanh().Apply(this);

        /// <summary>The angle of the point (x, y) in radians, from -π to π; this tensor is y. NumPy: <c>arctan2</c>. Keras and PyTorch: <c>arctan2</c>.</summary>
        /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
        public Tensor Atan2(Tensor x) => Promoted(new Atan2(), this, x);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The tangent.</summary>
    public sealed record Tan : FloatUnary
    {
        internal override bool DependsOnNeighbours => true;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Tan(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * (arguments.Output.Square() + 1);
    }

    /// <summary>The arc sine.</summary>
    public sealed record Asin : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Asin(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / ((1 - arguments.Inputs[0]) * (arguments.Inputs[0] + 1)).Sqrt();
    }

    /// <summary>The arc cosine.</summary>
    public sealed record Acos : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Acos(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => -(arguments.Upstream / ((1 - arguments.Inputs[0]) * (arguments.Inputs[0] + 1)).Sqrt());
    }

    /// <summary>The arc tangent.</summary>
    public sealed record Atan : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Atan(x, result);

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / (arguments.Inputs[0].Square() + 1);
    }

    /// <summary>The hyperbolic sine.</summary>
    public sealed record Sinh : FloatUnary
    {
        // TensorPrimitives.Sinh loses the digits of a small x.
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Sinh(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Inputs[0].Cosh();
    }

    /// <summary>The hyperbolic cosine.</summary>
    public sealed record Cosh : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Cosh(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * arguments.Inputs[0].Sinh();
    }

    /// <summary>The inverse hyperbolic sine.</summary>
    public sealed record Asinh : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Asinh(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * (arguments.Inputs[0].Square() + 1).Rsqrt();
    }

    /// <summary>The inverse hyperbolic cosine.</summary>
    public sealed record Acosh : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Acosh(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream * ((arguments.Inputs[0] - 1) * (arguments.Inputs[0] + 1)).Rsqrt();
    }

    /// <summary>The inverse hyperbolic tangent.</summary>
    public sealed record Atanh : FloatUnary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, Span<T> result)
        {
            for (int i = 0; i < x.Length; i++)
                result[i] = T.Atanh(x[i]);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream / ((1 - arguments.Inputs[0]) * (arguments.Inputs[0] + 1));
    }

    /// <summary>The angle of the point (second input, first input).</summary>
    public sealed record Atan2 : FloatBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Atan2(x, y, result);

        private protected override Tensor Partial(int input, in GradientArguments arguments)
        {
            // Scaled, so that the squares neither overflow nor vanish; the result does not depend on the scale.
            Tensor size = arguments.Inputs[0].Abs().Maximum(arguments.Inputs[1].Abs()).WithoutHistory();
            Tensor y = arguments.Inputs[0] / size, x = arguments.Inputs[1] / size;
            return arguments.Upstream * ((input == 0 ? x : -y) / (y.Square() + x.Square()) / size);
        }
    }
}
