using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Cutting into parts: the inverse of <see cref="Concatenate(IReadOnlyList{Tensor}, int)"/>.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Splits an axis into parts of equal length, without copying, (<c>hsplit</c> of the names below is that of axis 1, <c>vsplit</c> of axis 0,
        /// <c>dsplit</c> of axis 2; PyTorch's split takes the length of a part.)
        /// Keras: <c>split</c>, <c>hsplit</c>, <c>vsplit</c>, <c>dsplit</c>; NumPy: <c>split</c>, <c>hsplit</c>, <c>vsplit</c>, <c>dsplit</c>; PyTorch: <c>chunk</c>; ONNX: <c>Split</c>.
        /// </summary>
        /// <param name="parts">How many parts.</param>
        /// <param name="axis">The axis to cut, the last by default, as in <see cref="Concatenate(IReadOnlyList{Tensor}, int)"/>.</param>
        /// <exception cref="ArgumentOutOfRangeException">The number of parts is not positive.</exception>
        /// <exception cref="ShapeException">The axis does not divide into so many parts.</exception>
        public Tensor[] Split(int parts, int axis = -1)
        {
            if (parts <= 0)
                throw new ArgumentOutOfRangeException(nameof(parts), $"Split: received {parts} parts; expected at least 1.");
            int length = Shape[Shape.Axis(axis)];
            if (length % parts != 0)
            {
                throw new ShapeException($"Split: axis {axis} of {Shape} has length {length}, which does not divide into {parts} equal parts. "
                    + "Give the length of each part, as in Split([2, 3]).");
            }

            return Split([.. Enumerable.Repeat(length / parts, parts)], axis);
        }

        /// <summary>
        /// Splits an axis into parts of the given lengths, without copying, like PyTorch's split with a list. (NumPy and Keras take the positions
        /// of the cuts instead: <c>split(x, [2, 5])</c> of an axis of length 9 is <c>Split([2, 3, 4])</c>.)
        /// </summary>
        /// <param name="sizes">The length of each part; 0 is allowed.</param>
        /// <param name="axis">The axis to cut, the last by default, as in <see cref="Concatenate(IReadOnlyList{Tensor}, int)"/>.</param>
        /// <exception cref="ArgumentException">No length is given.</exception>
        /// <exception cref="ShapeException">A length is negative, or the sum of the lengths is not the length of the axis.</exception>
        public Tensor[] Split(IReadOnlyList<int> sizes, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(sizes);
            if (sizes.Count == 0)
                throw new ArgumentException("Split: received no sizes; give the length of at least one part.", nameof(sizes));
            return new Split(Shape.Axis(axis), new Sizes([.. sizes])).ApplyAll(this);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Neighbouring stretches of an axis; the outputs are views.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Sizes">The lengths of the stretches.</param>
    public sealed record Split(int Axis, Sizes Sizes) : Primitive
    {
        internal override bool IsView => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = inputs[0].Shape;
            if (Sizes.Values.Any(size => size < 0) || Sizes.Values.Sum(size => (long)size) != shape[Axis])
            {
                throw new ShapeException($"Split: received the sizes ({string.Join(", ", Sizes.Values)}) for axis {Axis} of {shape}; "
                    + $"expected lengths of zero or more with the sum {shape[Axis]}.");
            }

            DType type = inputs[0].DType;
            return [.. Sizes.Values.Select(size => new TensorSpec(shape.With(Axis, size), type))];
        }

        internal override Tensor[] TryViews(Tensor input)
        {
            Tensor[] views = new Tensor[Sizes.Values.Count];
            int first = 0;
            for (int i = 0; i < views.Length; first += Sizes.Values[i++])
                views[i] = new Slice(Axis, first, 1, Sizes.Values[i]).TryView(input);
            return views;
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => throw new InvalidOperationException("A split is always a view.");

        /// <summary>The upstream gradients side by side; zeros, which take no memory, for a part that the result does not depend on.</summary>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor[] parts = new Tensor[Sizes.Values.Count];
            for (int i = 0; i < parts.Length; i++)
                parts[i] = arguments.Upstreams[i] ?? Tensor.Scalar(0, arguments.Inputs[0].DType).BroadcastTo(arguments.Outputs[i].Shape);
            return [new Concatenate(Axis).Apply(parts)];
        }
    }

    /// <summary>Some lengths, compared by value, as a record's member must be.</summary>
    public readonly struct Sizes : IEquatable<Sizes>
    {
        internal Sizes(int[] values) => Values = values;

        /// <summary>The lengths, in order.</summary>
        public IReadOnlyList<int> Values { get; }

        /// <summary>True if the lengths are the same.</summary>
        public static bool operator ==(Sizes left, Sizes right) => left.Equals(right);

        /// <summary>True if a length differs.</summary>
        public static bool operator !=(Sizes left, Sizes right) => !left.Equals(right);

        /// <summary>True if the lengths are the same.</summary>
        public bool Equals(Sizes other) => Values.SequenceEqual(other.Values);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Sizes other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => Values.Aggregate(Values.Count, HashCode.Combine);
    }
}
