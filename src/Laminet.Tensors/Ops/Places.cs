using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Reading and writing a stretch of an axis at a position that is itself a tensor.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Returns this tensor with <paramref name="update"/> written along an axis, starting at a position that is known only when the operation runs
        /// JAX: <c>dynamic_update_slice</c>; Keras: <c>slice_update</c>, along all axes. In a compiled function or a loop it works in place and copies nothing
        /// else, if this tensor is a value that nothing reads later, the state of a loop, or the value of a variable to which the result is assigned. Use it
        /// for key-value caches.
        /// </summary>
        /// <param name="update">The numbers to write. It has this tensor's type and shape, except that it may be shorter along the axis.</param>
        /// <param name="position">Where the update begins: a scalar of Int32 or Int64, counted from 0.</param>
        /// <param name="axis">The axis; a negative one counts from the end.</param>
        /// <exception cref="ArgumentOutOfRangeException">The update does not fit there. (JAX moves it to where it fits.)</exception>
        /// <exception cref="ShapeException">The shapes differ outside the axis, the update is longer, or the position is no scalar.</exception>
        /// <exception cref="DTypeException">The types differ, or the position is of another type than Int32 and Int64.</exception>
        public Tensor UpdateAt(Tensor update, Tensor position, int axis = 0)
        {
            ArgumentNullException.ThrowIfNull(update);
            ArgumentNullException.ThrowIfNull(position);
            axis = Shape.Axis(axis);
            UpdateAt operation = new(axis);
            operation.Infer([Spec, update.Spec]);
            return operation.Apply(this, update, new CheckedPosition(operation.Name, Shape, axis, update.Shape[axis]).Apply(position));
        }

        /// <summary>
        /// A part of an axis, starting at a position that is known only when the operation runs JAX: <c>dynamic_slice</c>; Keras: <c>slice</c>,
        /// along all axes. If the position is known beforehand, use <see cref="Slice"/>, which copies nothing.
        /// </summary>
        /// <param name="position">Where the part begins: a scalar of Int32 or Int64, counted from 0.</param>
        /// <param name="length">The length of the part.</param>
        /// <param name="axis">The axis; a negative one counts from the end.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is negative, or the part reaches beyond the axis. (JAX moves it to where it fits.)</exception>
        /// <exception cref="ShapeException">The length is above the axis's, or the position is no scalar.</exception>
        /// <exception cref="DTypeException">The position is of another type than Int32 and Int64.</exception>
        public Tensor SliceAt(Tensor position, int length, int axis = 0)
        {
            ArgumentNullException.ThrowIfNull(position);
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            axis = Shape.Axis(axis);
            if (length > Shape[axis])
                throw new ShapeException($"SliceAt: received the length {length}; axis {axis} of {Shape} has {Shape[axis]}.");
            return new SliceAt(axis, length).Apply(this, new CheckedPosition(nameof(SliceAt), Shape, axis, length).Apply(position));
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>
    /// The same position as Int32, once it is known that a stretch fits there. An operation of its own: it runs before the first write in
    /// place, so that a call that fails changes no variable.
    /// </summary>
    /// <param name="User">The operation that the check is for, named in the error.</param>
    /// <param name="Shape">The shape that the position points into.</param>
    /// <param name="Axis">The axis that it points along.</param>
    /// <param name="Length">How long the stretch is.</param>
    /// <param name="IsCount">True if the position says how many entries count, so that the error calls it a length.</param>
    public sealed record CheckedPosition(string User, Shape Shape, int Axis, int Length, bool IsCount = false) : Primitive
    {
        private string What => IsCount ? "length" : "position";

        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            if (inputs[0].DType is not (DType.Int32 or DType.Int64))
                throw new DTypeException($"{User}: received a {What} of {inputs[0]}; expected a scalar of Int32 or Int64. Cast it.");
            return inputs[0].Shape.Rank == 0
                ? new(Shape.Scalar, DType.Int32)
                : throw new ShapeException($"{User}: received a {What} of shape {inputs[0].Shape}; expected a scalar. Take one of its elements, as in {What}.At(0).");
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => arguments.Output<int>()[0] =
            Required(arguments.InputSpec(0).DType == DType.Int32 ? arguments.Input<int>(0)[0] : arguments.Input<long>(0)[0]);

        private int Required(long position)
        {
            int last = Shape[Axis] - Length;
            return position >= 0 && position <= last ? (int)position : throw new ArgumentOutOfRangeException(What, IsCount
                ? $"{User}: received the length {position}; axis {Axis} of {Shape} has {last} entries, so it is 0 to {last}."
                : $"{User}: received position {position}; {Length} entries along axis {Axis} of {Shape} can begin at 0 to {last}.");
        }
    }

    /// <summary>Inputs: x, update, checked position.</summary>
    public sealed record UpdateAt(int Axis) : Primitive
    {
        internal override bool AcceptsStrides => true;

        internal override bool MayOverwrite(int input, int output = 0) => input == 0;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.SameType(Name, inputs[0], inputs[1]);
            (Shape x, Shape update) = (inputs[0].Shape, inputs[1].Shape);
            return update.Rank == x.Rank && update.With(Axis, 0) == x.With(Axis, 0) && update[Axis] <= x[Axis]
                ? inputs[0]
                : throw new ShapeException($"{Name}: received an update of shape {update} for {x} along axis {Axis}; "
                    + "expected the same shape but for that axis, and there at most the same length.");
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[1].Shape.ElementCount;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            (Tensor x, Tensor output) = (arguments.InputTensor(0), arguments.OutputTensor);
            if (x.Storage != output.Storage || x.Offset != output.Offset)
                StridedCopy.Run(x, output);
            StridedCopy.Into(arguments.InputTensor(1), output, Axis, arguments.Input<int>(2)[0], 1);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments)
        {
            Tensor update = arguments.Inputs[1];
            return input switch
            {
                0 => Apply(arguments.Upstream, Tensor.Scalar(0, update.DType).BroadcastTo(update.Shape), arguments.Inputs[2]),
                1 => new SliceAt(Axis, update.Shape[Axis]).Apply(arguments.Upstream, arguments.Inputs[2]),
                _ => null,
            };
        }
    }

    /// <summary>Inputs: x, checked position.</summary>
    public sealed record SliceAt(int Axis, int Length) : Primitive
    {
        internal override bool AcceptsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(inputs[0].Shape.With(Axis, Length), inputs[0].DType);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) =>
            StridedCopy.Run(new Slice(Axis, arguments.Input<int>(1)[0], 1, Length).TryView(arguments.InputTensor(0)), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => input != 0 ? null : new UpdateAt(Axis).Apply(
            Tensor.Scalar(0, arguments.Inputs[0].DType).BroadcastTo(arguments.Inputs[0].Shape), arguments.Upstream, arguments.Inputs[1]);
    }
}
