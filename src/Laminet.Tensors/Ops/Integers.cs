using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors
{
    /// <content>Operations on the bits of integers, and on what divides them. None has a gradient.</content>
    public sealed partial class Tensor
    {
        /// <summary>The bits that both have, x &amp; y; of truth values both. Integers or Bool; both broadcast. NumPy, Keras and PyTorch: <c>bitwise_and</c>; ONNX: <c>BitwiseAnd</c>.</summary>
        /// <param name="other">y.</param>
        /// <exception cref="DTypeException">A type is a floating-point type.</exception>
        public Tensor BitwiseAnd(Tensor other) => Promoted(new Bitwise(BitwiseKind.And), this, other);

        /// <inheritdoc cref="BitwiseAnd(Tensor)"/>
        public Tensor BitwiseAnd(long other) => Promoted(new Bitwise(BitwiseKind.And), this, other);

        /// <summary>The bits that at least one has, x | y; of truth values at least one. NumPy, Keras and PyTorch: <c>bitwise_or</c>; ONNX: <c>BitwiseOr</c>.</summary>
        /// <inheritdoc cref="BitwiseAnd(Tensor)"/>
        public Tensor BitwiseOr(Tensor other) => Promoted(new Bitwise(BitwiseKind.Or), this, other);

        /// <inheritdoc cref="BitwiseOr(Tensor)"/>
        public Tensor BitwiseOr(long other) => Promoted(new Bitwise(BitwiseKind.Or), this, other);

        /// <summary>The bits that exactly one has, x ^ y; of truth values exactly one. NumPy, Keras and PyTorch: <c>bitwise_xor</c>; ONNX: <c>BitwiseXor</c>.</summary>
        /// <inheritdoc cref="BitwiseAnd(Tensor)"/>
        public Tensor BitwiseXor(Tensor other) => Promoted(new Bitwise(BitwiseKind.Xor), this, other);

        /// <inheritdoc cref="BitwiseXor(Tensor)"/>
        public Tensor BitwiseXor(long other) => Promoted(new Bitwise(BitwiseKind.Xor), this, other);

        /// <summary>
        /// The opposite of each bit, ~x: of signed integers -x - 1; of truth values <see cref="Not"/>. NumPy: <c>bitwise_not</c>, <c>invert</c>; Keras: <c>bitwise_not</c>, <c>bitwise_invert</c>;
        /// PyTorch: <c>bitwise_not</c>; ONNX: <c>BitwiseNot</c>.
        /// </summary>
        /// <exception cref="DTypeException">The type is a floating-point type.</exception>
        public Tensor BitwiseNot() => DType == DType.Bool ? Not() : new BitwiseNot().Apply(this);

        /// <summary>
        /// x 2ⁿ of integers: the bits moved up by n places; what is moved beyond the type is lost. A shift by the type's width or more gives 0, and so does a negative one, as in NumPy (C# takes the
        /// shift modulo the width). NumPy and Keras: <c>left_shift</c>, <c>bitwise_left_shift</c>; PyTorch: <c>bitwise_left_shift</c>; ONNX: <c>BitShift</c>.
        /// </summary>
        /// <param name="count">n; both broadcast.</param>
        /// <exception cref="DTypeException">A type is not an integer type.</exception>
        public Tensor LeftShift(Tensor count) => Promoted(new BitShift(IsLeft: true), this, count);

        /// <inheritdoc cref="LeftShift(Tensor)"/>
        public Tensor LeftShift(long count) => Promoted(new BitShift(IsLeft: true), this, count);

        /// <summary>
        /// x / 2ⁿ of integers, rounded down: the bits moved down by n places; the sign stays. A shift by the type's width or more gives 0, of a negative number -1, and so does a negative one, as in
        /// NumPy. NumPy and Keras: <c>right_shift</c>, <c>bitwise_right_shift</c>; PyTorch: <c>bitwise_right_shift</c>; ONNX: <c>BitShift</c>.
        /// </summary>
        /// <inheritdoc cref="LeftShift(Tensor)"/>
        public Tensor RightShift(Tensor count) => Promoted(new BitShift(IsLeft: false), this, count);

        /// <inheritdoc cref="RightShift(Tensor)"/>
        public Tensor RightShift(long count) => Promoted(new BitShift(IsLeft: false), this, count);

        /// <summary>The greatest common divisor of |x| and |y|; of 0 and y it is |y|. Integers; both broadcast. NumPy, Keras and PyTorch: <c>gcd</c>.</summary>
        /// <param name="other">y.</param>
        /// <exception cref="DTypeException">A type is not an integer type.</exception>
        public Tensor Gcd(Tensor other) => Promoted(new Gcd(), this, other);

        /// <summary>The least common multiple of |x| and |y|, |x y| / gcd(x, y); 0 if one of them is 0. One beyond the type goes round. NumPy, Keras and PyTorch: <c>lcm</c>.</summary>
        /// <inheritdoc cref="Gcd"/>
        public Tensor Lcm(Tensor other) => Promoted(new Lcm(), this, other);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Which operation on bits.</summary>
    public enum BitwiseKind
    {
        /// <summary>Those of both.</summary>
        And,

        /// <summary>Those of at least one.</summary>
        Or,

        /// <summary>Those of exactly one.</summary>
        Xor,
    }

    /// <summary>An operation on each two integers, with broadcasting.</summary>
    public abstract record IntegerBinary : Elementwise
    {
        private protected virtual bool TakesTruth => false;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) =>
            new(Check.Broadcast(Name, inputs[0].Shape, inputs[1].Shape), Check.Integer(Name, inputs[0] with { DType = Check.SameType(Name, inputs[0], inputs[1]) }, TakesTruth));

        internal sealed override void Tile(in TileArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.Integer(arguments.OutputType.AsNumber(), ref body);
        }

        private protected abstract void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) where T : unmanaged, IBinaryInteger<T>;

        private readonly ref struct Body(IntegerBinary operation, TileArguments arguments) : IIntegerBody
        {
            private readonly TileArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, IBinaryInteger<T> => operation.Invoke(arguments.Input<T>(0), arguments.Input<T>(1), arguments.Output<T>());
        }
    }

    /// <summary>And, or, exclusive or of bits.</summary>
    /// <param name="Kind">Which.</param>
    public sealed record Bitwise(BitwiseKind Kind) : IntegerBinary
    {
        /// <inheritdoc/>
        public override string Name => $"Bitwise{Kind}";

        private protected override bool TakesTruth => true;

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            if (Kind == BitwiseKind.And)
                TensorPrimitives.BitwiseAnd(x, y, result);
            else if (Kind == BitwiseKind.Or)
                TensorPrimitives.BitwiseOr(x, y, result);
            else
                TensorPrimitives.Xor(x, y, result);
        }
    }

    /// <summary>~x.</summary>
    public sealed record BitwiseNot : Elementwise
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Integer(Name, inputs[0]);
            return inputs[0];
        }

        internal override void Tile(in TileArguments arguments)
        {
            Body body = new(arguments);
            DTypes.Integer(arguments.OutputType, ref body);
        }

        private readonly ref struct Body(TileArguments arguments) : IIntegerBody
        {
            private readonly TileArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, IBinaryInteger<T> => TensorPrimitives.OnesComplement(arguments.Input<T>(0), arguments.Output<T>());
        }
    }

    /// <summary>Bits moved up or down.</summary>
    /// <param name="IsLeft">Whether up.</param>
    public sealed record BitShift(bool IsLeft) : IntegerBinary
    {
        /// <inheritdoc/>
        public override string Name => IsLeft ? "LeftShift" : "RightShift";

        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            int width = T.Zero.GetByteCount() * 8;
            T bound = T.CreateTruncating(width);
            for (int i = 0; i < result.Length; i++)
            {
                bool isInside = !T.IsNegative(y[i]) && y[i] < bound;
                int count = isInside ? int.CreateTruncating(y[i]) : width - 1;
                result[i] = IsLeft ? isInside ? x[i] << count : T.Zero : isInside || T.IsNegative(x[i]) ? x[i] >> count : T.Zero;
            }
        }
    }

    /// <summary>The greatest common divisor.</summary>
    public sealed record Gcd : IntegerBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] = Of(x[i], y[i]);
        }

        internal static T Of<T>(T x, T y) where T : IBinaryInteger<T>
        {
            for ((x, y) = (Absolute(x), Absolute(y)); y != T.Zero;)
                (x, y) = (y, Absolute(x % y));
            return x;
        }

        // Of the smallest number itself, which no division by 1 or more throws on.
        internal static T Absolute<T>(T x) where T : IBinaryInteger<T> => T.IsNegative(x) ? unchecked(T.Zero - x) : x;
    }

    /// <summary>The least common multiple.</summary>
    public sealed record Lcm : IntegerBinary
    {
        private protected override void Invoke<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        {
            for (int i = 0; i < result.Length; i++)
            {
                T divisor = Gcd.Of(x[i], y[i]);
                result[i] = divisor == T.Zero ? T.Zero : unchecked(Gcd.Absolute(x[i]) / divisor * Gcd.Absolute(y[i]));
            }
        }
    }
}
