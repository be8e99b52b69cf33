using System.Runtime.InteropServices;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>How numbers are written in bits.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The next number of the type from x towards y; y where both are equal, NaN where one is. Float32 and Float64. It has no gradient. NumPy, Keras and PyTorch: <c>nextafter</c>.
        /// </summary>
        /// <param name="other">y; both broadcast.</param>
        /// <exception cref="DTypeException">The type is another one.</exception>
        public Tensor NextAfter(Tensor other) => Promoted(new NextAfter(), this, other);

        /// <summary>x 2ⁿ, exact where the type holds it. Floating point only. NumPy, Keras and PyTorch: <c>ldexp</c>.</summary>
        /// <param name="exponent">n, integers; both broadcast.</param>
        /// <exception cref="DTypeException">The exponent is not of integers.</exception>
        public Tensor LdExp(Tensor exponent)
        {
            ArgumentNullException.ThrowIfNull(exponent);
            Check.Integer("LdExp", exponent.Spec);
            return new LdExp().Apply(this, exponent.Cast(DType));
        }

        /// <summary>
        /// The same bytes as numbers of another type; of another size, the last axis becomes longer or shorter. <see cref="Cast"/> keeps the numbers. It has no gradient. NumPy and Keras: <c>view</c>;
        /// PyTorch: <c>view</c> of a type; ONNX: <c>BitCast</c>.
        /// </summary>
        /// <param name="dtype">The type.</param>
        /// <exception cref="DTypeException">The type is Bool, of which few bytes are truth values.</exception>
        /// <exception cref="ShapeException">The last axis does not divide, or there is none to change.</exception>
        public Tensor View(DType dtype) => dtype == DType ? this : new BitCast(dtype).Apply(this);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: x, y. The number next to x towards y.</summary>
    public sealed record NextAfter : FloatBinary
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0].DType.IsHalf()
            ? throw new DTypeException($"{Name}: received {inputs[0]}; expected Float32 or Float64, in which halves would be computed.")
            : base.Infer(inputs);

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = x[i] < y[i] ? T.BitIncrement(x[i]) : x[i] > y[i] ? T.BitDecrement(x[i]) : T.IsNaN(x[i]) ? x[i] : y[i];
        }

        private protected override Tensor? Partial(int input, in GradientArguments arguments) => null;
    }

    /// <summary>Inputs: x and n, whole numbers of x's type. x 2ⁿ.</summary>
    public sealed record LdExp : FloatBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = T.ScaleB(x[i], int.CreateSaturating(y[i]));
        }

        private protected override Tensor? Partial(int input, in GradientArguments arguments) =>
            input == 0 ? new LdExp().Apply(arguments.Upstream, arguments.Inputs[1]) : null;
    }

    /// <summary>The same bytes as another type.</summary>
    /// <param name="To">The type.</param>
    public sealed record BitCast(DType To) : Primitive
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            (Shape shape, int from, int to) = (inputs[0].Shape, inputs[0].DType.Size(), To.Size());
            if (To == DType.Bool)
                throw new DTypeException($"View: received {inputs[0]} to be read as Bool, of which only 0 and 1 are truth values. Compare instead, as in NotEqual(0).");
            if (from == to)
                return new(shape, To);
            return shape.Rank > 0 && (long)shape[-1] * from % to == 0
                ? new(shape.With(-1, checked((int)((long)shape[-1] * from / to))), To)
                : throw new ShapeException($"View: received {inputs[0]} to be read as {To}; expected a last axis of a whole number of {to} bytes.");
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => BytesOf(arguments.InputTensor(0)).CopyTo(BytesOf(arguments.OutputTensor));

        private static Span<byte> BytesOf(Tensor tensor) => tensor.DType.Size() switch
        {
            1 => tensor.AsRawSpan<byte>(),
            2 => MemoryMarshal.AsBytes(tensor.AsRawSpan<ushort>()),
            4 => MemoryMarshal.AsBytes(tensor.AsRawSpan<float>()),
            _ => MemoryMarshal.AsBytes(tensor.AsRawSpan<double>()),
        };
    }
}
