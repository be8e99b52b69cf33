using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors
{
    /// <content>Choosing and placing by index.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The entries of an axis at the given positions (integers). The axes of <paramref name="indices"/> replace the axis.
        /// For the rows of a matrix this is an embedding look-up. NumPy and Keras: <c>take</c>, of negative positions as well; PyTorch: <c>index_select</c>; ONNX: <c>Gather</c>, of negative positions as well.
        /// </summary>
        /// <param name="indices">The positions.</param>
        /// <param name="axis">The axis.</param>
        /// <param name="fromEnd">Whether negative positions count from the end. If not they are an error, so that a look-up of tokens does not take a missing one for the last.</param>
        /// <exception cref="ArgumentOutOfRangeException">A position is beyond the axis, or negative without <paramref name="fromEnd"/>.</exception>
        public Tensor Gather(Tensor indices, int axis = 0, bool fromEnd = false)
        {
            ArgumentNullException.ThrowIfNull(indices);
            return new Gather(Shape.Axis(axis), fromEnd).Apply(this, indices.AsIndices("Gather"));
        }

        /// <summary>
        /// The transpose of <see cref="Gather"/>: adds the entries of this tensor, in order, at the given positions to a tensor of zeros with
        /// <paramref name="length"/> entries along an axis. PyTorch: <c>index_add</c>, to zeros.
        /// </summary>
        /// <exception cref="ArgumentOutOfRangeException">A position is negative or not below <paramref name="length"/>.</exception>
        public Tensor ScatterAdd(Tensor indices, int length, int axis = 0)
        {
            ArgumentNullException.ThrowIfNull(indices);
            return new ScatterAdd(axis < 0 ? axis + Rank - indices.Rank + 1 : axis, length).Apply(this, indices.AsIndices("ScatterAdd"));
        }

        /// <summary>
        /// A new innermost axis of length <paramref name="depth"/> with 1 at each index and 0 elsewhere; an index outside gives zeros.
        /// Keras: <c>one_hot</c>; PyTorch: <c>nn.functional.one_hot</c>; ONNX: <c>OneHot</c>.
        /// </summary>
        public Tensor OneHot(int depth, DType dtype = DType.Float32)
        {
            if (depth < 0)
                throw new ArgumentOutOfRangeException(nameof(depth), $"OneHot: received the depth {depth}; it must be zero or more.");
            // Small integers do not hold every depth.
            Tensor indices = DType.IsInteger() && DType.Size() < sizeof(int) ? Cast(DType.Int32) : this;
            return indices.ExpandDims(-1).Equal(Range(0, depth, indices.DType)).Cast(dtype);
        }

        private Tensor AsIndices(string operation) => DType.IsInteger()
            ? Cast(DType.Int32)
            : throw new DTypeException($"{operation}: received indices of {Spec}; expected integers. Cast them.");
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: x, indices (Int32). The entries of an axis of x at the indices; the axis is replaced by the axes of the indices.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="FromEnd">Whether negative indices count from the end.</param>
    public sealed record Gather(int Axis, bool FromEnd = false) : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Shape shape = inputs[0].Shape;
            return new([.. shape.Take(Axis), .. inputs[1].Shape.Dimensions, .. shape.Skip(Axis + 1)], inputs[0].DType);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.BySize(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => input == 0
            ? new ScatterAdd(Axis, arguments.Inputs[0].Shape[Axis], AreChecked: true).Apply(arguments.Upstream, FromEnd ? FromStart(arguments.Inputs[1], arguments.Inputs[0].Shape[Axis]) : arguments.Inputs[1])
            : null;

        private static Tensor Counted(Tensor indices, int length)
        {
            Tensor counted = Tensor.Empty(indices.Shape, DType.Int32);
            ReadOnlySpan<int> given = indices.AsSpan<int>();
            Span<int> places = counted.AsSpan<int>();
            for (int i = 0; i < places.Length; i++)
                places[i] = AlongAxis.FromStart(given[i], length);
            return counted;
        }

        private static Tensor FromStart(Tensor indices, int length) => Tensor.Where(indices.Less(0L), indices + (long)length, indices);

        private void Run<T>(in KernelArguments arguments) where T : unmanaged
        {
            Tensor x = arguments.InputTensor(0), indices = arguments.InputTensor(1);
            // Before anything is written: an index may lie outside.
            IndexedRows rows = new(Name, x.Shape, Axis, indices.AsSpan<int>(), FromEnd);
            if (FromEnd && Positions.FirstOutside(rows.Indices, 0, rows.Length - 1) >= 0)
                indices = Counted(indices, rows.Length);
            Rows<T> work = new(x, indices, arguments.OutputTensor, rows.Length, rows.Inner);
            Workers.For(work.Tasks, ref work);
        }

        /// <summary>The entries that are copied, as rows of the result.</summary>
        private readonly struct Rows<T>(Tensor x, Tensor indices, Tensor result, int length, int inner) : IWork where T : unmanaged
        {
            // Far enough for an entry to arrive while those before it are copied.
            private const int Ahead = 8, LeastAskedFor = 32;

            private readonly int count = indices.Length, rows = inner == 0 ? 0 : result.Length / inner;

            private int RowsPerTask => Math.Max(1, Stretches.TaskLength / inner);

            public int Tasks => rows == 0 ? 0 : Rounding.DivideUp(rows, RowsPerTask);

            public void Run(int task)
            {
                int first = task * RowsPerTask, end = Math.Min(rows, first + RowsPerTask);
                (int outer, int position) = Math.DivRem(first, count);
                ReadOnlySpan<T> source = x.AsRawSpan<T>();
                ReadOnlySpan<int> places = indices.AsSpan<int>();
                Span<T> target = result.AsRawSpan<T>()[(first * inner)..];
                // Those of one place along the outer axes after the other.
                for (int left = end - first; left > 0; outer++, position = 0)
                {
                    int copied = Math.Min(left, count - position);
                    Copy(source.Slice(outer * length * inner, length * inner), places.Slice(position, copied), target, inner);
                    target = target[(copied * inner)..];
                    left -= copied;
                }
            }

            private static void Copy(ReadOnlySpan<T> source, ReadOnlySpan<int> places, Span<T> target, int width)
            {
                if (width == 1)
                {
                    // A call for each number would cost more than its copy.
                    for (int i = 0; i < places.Length; i++)
                        target[i] = source[places[i]];
                    return;
                }

                // Narrow entries are copied faster than they are asked for.
                int asked = width < LeastAskedFor ? 0 : places.Length - Ahead;
                for (int i = 0; i < places.Length; i++)
                {
                    if (i < asked)
                        Prefetch.Row(source.Slice(places[i + Ahead] * width, width));
                    source.Slice(places[i] * width, width).CopyTo(target[(i * width)..]);
                }
            }
        }

        private readonly ref struct Body(Gather operation, KernelArguments arguments) : IMoveBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged => operation.Run<T>(arguments);
        }
    }

    /// <summary>Inputs: values, indices (Int32). Zeros, to which the values are added at the positions along an axis.</summary>
    /// <param name="Axis">The axis that the indices point along.</param>
    /// <param name="Length">Its length in the output.</param>
    /// <param name="AreChecked">True where an operation before it has checked the same indices, as in the gradient of <see cref="Gather"/>.</param>
    public sealed record ScatterAdd(int Axis, int Length, bool AreChecked = false) : Primitive
    {
        internal override bool MayThrow => !AreChecked;

        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Number(Name, inputs[0]);
            (Shape values, Shape indices) = (inputs[0].Shape, inputs[1].Shape);
            if (Axis < 0 || Axis + indices.Rank > values.Rank || !values.Skip(Axis).Take(indices.Rank).SequenceEqual(indices))
                throw new ShapeException($"ScatterAdd: values of shape {values} do not have the indices' axes {indices} from axis {Axis} on.");
            if (Length < 0)
                throw new ShapeException($"ScatterAdd: received the length {Length}; it must be zero or more.");
            return new([.. values.Take(Axis), Length, .. values.Skip(Axis + indices.Rank)], inputs[0].DType);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.Number(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) =>
            input == 0 ? new Gather(Axis).Apply(arguments.Upstream, arguments.Inputs[1]) : null;

        // One thread, in the order of the indices: the sum's bits are fixed.
        private void Run<T>(in KernelArguments arguments) where T : unmanaged, INumber<T>
        {
            IndexedRows rows = new(Name, arguments.OutputSpec.Shape, Axis, arguments.Input<int>(1));
            ReadOnlySpan<T> values = arguments.Input<T>(0);
            Span<T> result = arguments.Output<T>();
            result.Clear();
            for (int outer = 0; outer < rows.Outer; outer++)
            {
                if (rows.Inner == 1)
                {
                    // A histogram: a call for each number would cost more than its addition.
                    Span<T> buckets = result.Slice(outer * rows.Length, rows.Length);
                    ReadOnlySpan<T> numbers = values.Slice(outer * rows.Indices.Length, rows.Indices.Length);
                    for (int i = 0; i < numbers.Length; i++)
                        buckets[rows.Indices[i]] += numbers[i];
                    continue;
                }

                for (int i = 0; i < rows.Indices.Length; i++)
                {
                    Span<T> target = result.Slice(((outer * rows.Length) + rows.Indices[i]) * rows.Inner, rows.Inner);
                    System.Numerics.Tensors.TensorPrimitives.Add(target,
                        values.Slice(((outer * rows.Indices.Length) + i) * rows.Inner, rows.Inner), target);
                }
            }
        }

        private readonly ref struct Body(ScatterAdd operation, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T> => operation.Run<T>(arguments);
        }
    }

    /// <summary>Checks of positions.</summary>
    internal static class Positions
    {
        /// <summary>Where the first position outside a range stands; -1 where there is none. An empty range has its end before its beginning.</summary>
        public static int FirstOutside(ReadOnlySpan<int> positions, int first, int last) =>
            last >= first ? positions.IndexOfAnyExceptInRange(first, last) : positions.IsEmpty ? -1 : 0;
    }

    /// <summary>A tensor seen as [outer, length, inner] around an axis, with checked positions along it.</summary>
    internal readonly ref struct IndexedRows
    {
        public IndexedRows(string operation, Shape shape, int axis, ReadOnlySpan<int> indices, bool fromEnd = false)
        {
            Outer = shape.CountOf(..axis);
            Length = shape[axis];
            Inner = shape.CountOf((axis + 1)..);
            Indices = indices;
            int least = fromEnd ? -Length : 0;
            if (Positions.FirstOutside(indices, least, Length - 1) is >= 0 and int place)
            {
                throw new ArgumentOutOfRangeException(nameof(indices),
                    $"{operation}: received index {indices[place]}; axis {axis} of {shape} has positions {least} to {Length - 1}.");
            }
        }

        public int Outer { get; }

        public int Length { get; }

        public int Inner { get; }

        public ReadOnlySpan<int> Indices { get; }
    }
}
