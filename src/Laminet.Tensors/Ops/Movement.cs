using System.Runtime.CompilerServices;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>The same numbers in another arrangement; views without copying where strides allow.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The same numbers in another shape, row-major order kept. One length may be -1: it is computed from the others.
        /// NumPy, Keras and PyTorch: <c>reshape</c>, <c>ravel</c>; ONNX: <c>Reshape</c>, <c>Flatten</c>.
        /// </summary>
        /// <exception cref="ShapeException">The number of elements differs, or more than one length is -1.</exception>
        [OverloadResolutionPriority(1)]
        public Tensor Reshape(params ReadOnlySpan<int> shape) => Reshaped(ResolveShape(shape));

        /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
        public Tensor Reshape(Shape shape) => Reshaped(shape);

        /// <summary>The axes in another order; without arguments, in reverse. For a matrix: the transpose. NumPy and Keras: <c>transpose</c>; PyTorch: <c>permute</c>; ONNX: <c>Transpose</c>.</summary>
        /// <exception cref="ShapeException">The axes are not a permutation of the tensor's axes.</exception>
        public Tensor Transpose(params ReadOnlySpan<int> axes)
        {
            if (axes.Length == 0)
                return new Transpose([.. Enumerable.Range(0, Rank).Reverse()]).Apply(this);
            List<int> order = [];
            foreach (int axis in axes)
                order.Add(Shape.Axis(axis));
            if (order.Count != Rank || order.Distinct().Count() != Rank)
                throw new ShapeException($"Transpose: received the axes ({string.Join(", ", axes.ToArray())}) for the shape {Shape}; name each of its {Rank} axes once.");
            return new Transpose([.. order]).Apply(this);
        }

        /// <summary>The tensor repeated along axes of length 1 and new outer axes, as a view without copying. NumPy, Keras and PyTorch: <c>broadcast_to</c>; ONNX: <c>Expand</c>.</summary>
        /// <exception cref="ShapeException">The tensor does not broadcast to the shape.</exception>
        public Tensor BroadcastTo(Shape shape) => shape == Shape ? this : new BroadcastTo(shape).Apply(this);

        /// <summary>
        /// Every <paramref name="step"/>-th element from <paramref name="start"/> to <paramref name="stop"/> (excluded) along an
        /// axis. Negative positions count from the end. A negative step goes backwards; a null
        /// <paramref name="stop"/> then includes the first element. Keras: <c>slice</c>; ONNX: <c>Slice</c>.
        /// </summary>
        public Tensor Slice(int start, int? stop = null, int step = 1, int axis = 0)
        {
            axis = Shape.Axis(axis);
            int length = Shape[axis];
            if (step == 0)
                throw new ArgumentOutOfRangeException(nameof(step), "Received a step of 0; it must be positive or negative.");
            // Python's rules: positions beyond the ends are drawn in.
            int lowest = step > 0 ? 0 : -1, highest = step > 0 ? length : length - 1;
            int first = Math.Clamp(start < 0 ? start + length : start, lowest, highest);
            int end = stop is { } given ? Math.Clamp(given < 0 ? given + length : given, lowest, highest) : step > 0 ? length : -1;
            // In 64 bits: a step may be as large as an Int32 holds.
            long distance = step > 0 ? (long)end - first : (long)first - end, stride = Math.Abs((long)step);
            return new Slice(axis, first, step, (int)Math.Max(0, (distance + stride - 1) / stride)).Apply(this);
        }

        /// <summary>The entry at one position of an axis; the axis is dropped. A negative position counts from the end. PyTorch: <c>select</c>.</summary>
        /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
        public Tensor At(int position, int axis = 0)
        {
            axis = Shape.Axis(axis);
            int index = position < 0 ? position + Shape[axis] : position;
            if ((uint)index >= (uint)Shape[axis])
                throw new ArgumentOutOfRangeException(nameof(position), $"Received position {position} of axis {axis}; the shape {Shape} has {Shape[axis]} there.");
            return Slice(index, index + 1, 1, axis).Squeeze(axis);
        }

        /// <summary>Reverses the order of elements along axes; without arguments, along all. NumPy, Keras and PyTorch: <c>flip</c>, <c>fliplr</c>, <c>flipud</c>.</summary>
        public Tensor Flip(Axes axes = default)
        {
            Tensor result = this;
            foreach (int axis in axes.Of(Shape))
                result = result.Slice(-1, null, -1, axis);
            return result;
        }

        /// <summary>Adds a constant border: <c>(before, after)</c> for each axis. NumPy, Keras and PyTorch: <c>pad</c>, with reflections as well; ONNX: <c>Pad</c>.</summary>
        /// <exception cref="ShapeException">There is not one pair for each axis, or a width is negative.</exception>
        public Tensor Pad(IReadOnlyList<(int Before, int After)> widths, double value = 0) => Pad(widths, (Number)value);

        /// <summary>The same with an integer, which keeps all 64 bits.</summary>
        /// <exception cref="ShapeException">There is not one pair for each axis, or a width is negative.</exception>
        public Tensor Pad(IReadOnlyList<(int Before, int After)> widths, long value) => Pad(widths, (Number)value);

        private Tensor Pad(IReadOnlyList<(int Before, int After)> widths, Number value)
        {
            ArgumentNullException.ThrowIfNull(widths);
            if (widths.Count != Rank)
                throw new ShapeException($"Pad: received {widths.Count} pairs of widths for the shape {Shape}; give one pair for each of its {Rank} axes.");
            Tensor result = this;
            for (int axis = 0; axis < Rank; axis++)
            {
                (int before, int after) = widths[axis];
                if (before < 0 || after < 0)
                    throw new ShapeException($"Pad: received the widths ({before}, {after}) for axis {axis}; expected zero or more. To cut, use Slice.");
                if (before + after > 0)
                    result = new Embed(axis, before, 1, checked(before + result.Shape[axis] + after), value).Apply(result);
            }

            return result;
        }

        /// <summary>
        /// Concatenates tensors along an axis; their other axes must be equal.
        /// NumPy: <c>concatenate</c>, <c>append</c>; Keras: <c>concatenate</c>, <c>append</c>; PyTorch: <c>cat</c>; ONNX: <c>Concat</c>.
        /// </summary>
        public static Tensor Concatenate(IReadOnlyList<Tensor> tensors, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(tensors);
            if (tensors.Count == 0)
                throw new ArgumentException("Concatenate: received no tensors; give at least one.", nameof(tensors));
            DType common = tensors[0].DType;
            foreach (Tensor tensor in tensors)
                common = DTypes.Promote(common, tensor.DType);
            return new Concatenate(tensors[0].Shape.Axis(axis)).Apply([.. tensors.Select(tensor => tensor.Cast(common))]);
        }

        /// <summary>Stacks tensors of one shape along a new axis. NumPy, Keras and PyTorch: <c>stack</c>.</summary>
        public static Tensor Stack(IReadOnlyList<Tensor> tensors, int axis = 0)
        {
            ArgumentNullException.ThrowIfNull(tensors);
            return Concatenate([.. tensors.Select(tensor => tensor.ExpandDims(axis))], axis);
        }

        /// <summary>Adds an axis of length 1 at the given position. NumPy and Keras: <c>expand_dims</c>; PyTorch: <c>unsqueeze</c>; ONNX: <c>Unsqueeze</c>.</summary>
        public Tensor ExpandDims(int axis)
        {
            List<int> dimensions = [.. Shape.Dimensions];
            int place = axis < 0 ? axis + Rank + 1 : axis;
            if ((uint)place > (uint)Rank)
                throw new ArgumentOutOfRangeException(nameof(axis), $"Received axis {axis}; a new axis of {Shape} can be at {-Rank - 1} to {Rank}.");
            dimensions.Insert(place, 1);
            return Reshape([.. dimensions]);
        }

        /// <summary>Removes an axis of length 1. NumPy, Keras and PyTorch: <c>squeeze</c>, of all axes of length 1 by default; ONNX: <c>Squeeze</c>.</summary>
        /// <exception cref="ShapeException">The axis is longer than 1.</exception>
        public Tensor Squeeze(int axis)
        {
            axis = Shape.Axis(axis);
            if (Shape[axis] != 1)
                throw new ShapeException($"Squeeze: axis {axis} of {Shape} has length {Shape[axis]}; only an axis of length 1 can be dropped. Use At or a reduction.");
            List<int> dimensions = [.. Shape.Dimensions];
            dimensions.RemoveAt(axis);
            return Reshape([.. dimensions]);
        }

        /// <summary>The same numbers as a constant: no gradient flows through. Keras: <c>stop_gradient</c>; PyTorch: <c>detach</c>.</summary>
        public Tensor Detach() => Detached(Tracer.IsInBody && DType.IsFloat() ? new StopGradient().Apply(WithoutHistory()) : WithoutHistory());

        /// <summary>The tensor without what it was computed from. A gradient of the loop around it still goes through, unlike <see cref="Detach"/>.</summary>
        internal Tensor WithoutHistory() => Node is null ? this : View(Shape, Strides, 0);

        /// <summary>This tensor looked at in a shape it broadcasts to; not recorded, for kernels.</summary>
        internal Tensor BroadcastView(Shape shape)
        {
            if (shape == Shape)
                return this;
            Span<int> expanded = stackalloc int[shape.Rank];
            int added = shape.Rank - Rank;
            for (int axis = added; axis < shape.Rank; axis++)
                expanded[axis] = Shape[axis - added] == 1 ? 0 : Strides[axis - added];
            return View(shape, expanded, 0);
        }

        /// <summary>The sum over the axes along which a tensor of <paramref name="shape"/> was broadcast to this one's.</summary>
        internal Tensor SumTo(Shape shape)
        {
            if (shape == Shape)
                return this;
            int added = Rank - shape.Rank;
            List<int> axes = [];
            for (int axis = 0; axis < Rank; axis++)
            {
                if (axis < added || (shape[axis - added] == 1 && Shape[axis] != 1))
                    axes.Add(axis);
            }

            return Sum([.. axes]).Reshape(shape);
        }

        private Shape ResolveShape(ReadOnlySpan<int> shape)
        {
            int open = shape.IndexOf(-1);
            if (open < 0)
                return new Shape(shape);
            int[] resolved = shape.ToArray();
            resolved[open] = 1;
            int known = resolved.Contains(-1)
                ? throw new ShapeException($"Reshape: received ({string.Join(", ", shape.ToArray())}); only one length may be -1.")
                : new Shape(resolved).ElementCount;
            if (known == 0 || Length % known != 0)
                throw new ShapeException($"Reshape: {Length} elements of {Shape} do not divide into ({string.Join(", ", shape.ToArray())}).");
            resolved[open] = Length / known;
            return new Shape(resolved);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The same numbers in a buffer of their own. Eager tensors call <see cref="Tensor.Contiguous"/>; compiled programs say where.</summary>
    internal sealed record Copy : Primitive
    {
        internal override bool AcceptsStrides => true;

        internal override bool IsOnePass => true;

        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => inputs[0];

        protected override void Run(in KernelArguments arguments) => StridedCopy.Run(arguments.InputTensor(0), arguments.OutputTensor);

        protected override Tensor Gradient(int input, in GradientArguments arguments) => arguments.Upstream;
    }

    /// <summary>The transpose of a slice: the elements at First, First + Step, ... of an axis of the given length, a constant elsewhere.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="First">The first position or axis.</param>
    /// <param name="Step">The distance of positions.</param>
    /// <param name="AxisLength">The axis' length in the output.</param>
    /// <param name="Value">The number elsewhere.</param>
    public sealed record Embed(int Axis, int First, int Step, int AxisLength, Number Value) : Primitive
    {
        internal override bool AcceptsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new(inputs[0].Shape.With(Axis, AxisLength), inputs[0].DType);

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs) => Axis > 0 ? [Reads.Example] : [];

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Tensor output = arguments.OutputTensor;
            output.Fill(Value);
            StridedCopy.Into(arguments.InputTensor(0), output, Axis, First, Step);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) =>
            new Slice(Axis, First, Step, arguments.Inputs[0].Shape[Axis]).Apply(arguments.Upstream);
    }

    /// <summary>The inputs one after the other along an axis.</summary>
    /// <param name="Axis">The axis.</param>
    public sealed record Concatenate(int Axis) : Primitive
    {
        internal override bool AcceptsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            int total = 0;
            foreach (TensorSpec input in inputs)
            {
                Check.SameType(Name, inputs[0], input);
                if (input.Shape.Rank != inputs[0].Shape.Rank || input.Shape.With(Axis, 1) != inputs[0].Shape.With(Axis, 1))
                {
                    throw new ShapeException($"Concatenate: received shapes {string.Join(", ", inputs.ToArray().Select(spec => spec.Shape))}; "
                        + $"all but axis {Axis} must be equal.");
                }

                total = checked(total + input.Shape[Axis]);
            }

            return new(inputs[0].Shape.With(Axis, total), inputs[0].DType);
        }

        internal override Operation? Simplify(Operation self) => self.Inputs.Count == 1 ? self.Inputs[0] : null;

        internal override Reads[] ByExample(ReadOnlySpan<TensorSpec> inputs)
        {
            Reads[] reads = new Reads[Axis > 0 ? inputs.Length : 0];
            Array.Fill(reads, Reads.Example);
            return reads;
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            int first = 0;
            for (int input = 0; first < arguments.OutputSpec.Shape[Axis]; input++)
            {
                Tensor part = arguments.InputTensor(input);
                StridedCopy.Into(part, arguments.OutputTensor, Axis, first, 1);
                first += part.Shape[Axis];
            }
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            int first = 0;
            for (int before = 0; before < input; before++)
                first += arguments.Inputs[before].Shape[Axis];
            return new Slice(Axis, first, 1, arguments.Inputs[input].Shape[Axis]).Apply(arguments.Upstream);
        }
    }
}
