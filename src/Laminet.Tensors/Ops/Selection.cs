using System.Globalization;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Choosing by a mask.</content>
    public sealed partial class Tensor
    {
        /// <summary>This tensor with a number wherever the mask is true. PyTorch: <c>masked_fill</c>. The gradient is 0 there.</summary>
        /// <param name="mask">Bool; it broadcasts with this tensor.</param>
        /// <param name="value">The number, converted to this tensor's type.</param>
        /// <exception cref="DTypeException">The mask is not Bool.</exception>
        public Tensor MaskedFill(Tensor mask, double value)
        {
            ArgumentNullException.ThrowIfNull(mask);
            return Where(mask, Scalar(value, DType), this);
        }

        /// <summary>
        /// The indices of the elements that are not zero, in row-major order: Int32 of (count, rank). PyTorch: <c>nonzero</c>; NumPy and Keras: <c>nonzero</c>,
        /// each column by itself; ONNX: <c>NonZero</c>. With <c>x.GatherND(indices)</c> the elements are read.
        /// </summary>
        /// <param name="size">How many rows the result has, where that must be known beforehand: if there are more, the first; if there are fewer, rows of 0 follow, as in JAX.
        /// Null to count, which needs the numbers and thus no compiled function.</param>
        /// <exception cref="InvalidOperationException">A function is being compiled, and no size was given.</exception>
        public Tensor NonZero(int? size = null)
        {
            Tensor isTrue = DType == DType.Bool ? this : NotEqual(0);
            return new NonZero(isTrue.CountedOr(size, "NonZero")).Apply(isTrue);
        }

        /// <summary>
        /// The entries where a mask is true, in row-major order: (count, the axes that the mask does not have). NumPy: <c>x[mask]</c>; PyTorch: <c>masked_select</c>; TensorFlow:
        /// <c>boolean_mask</c>. The gradient flows to the chosen entries.
        /// </summary>
        /// <param name="mask">Bool, of this tensor's first axes.</param>
        /// <param name="size">How many entries the result has, where that must be known beforehand: if there are more, the first; if there are fewer, zeros follow. Null to count.</param>
        /// <exception cref="InvalidOperationException">A function is being compiled, and no size was given.</exception>
        /// <exception cref="ShapeException">The mask is not of this tensor's first axes.</exception>
        /// <exception cref="DTypeException">The mask is not Bool.</exception>
        public Tensor MaskedSelect(Tensor mask, int? size = null)
        {
            ArgumentNullException.ThrowIfNull(mask);
            if (mask.DType != DType.Bool)
                throw new DTypeException($"MaskedSelect: received a mask of {mask.Spec}; expected Bool. Compare the tensor, for instance with NotEqual(0).");
            if (mask.Rank > Rank || !mask.Shape.SequenceEqual(Shape.Take(mask.Rank)))
                throw new ShapeException($"MaskedSelect: received a mask of shape {mask.Shape} for a tensor of shape {Shape}; expected its first axes.");
            int count = mask.CountedOr(size, "MaskedSelect");
            int[] inner = [.. Shape.Skip(mask.Rank)];
            Tensor flat = mask.Reshape([mask.Length]);
            if (mask.Length == 0)
                return Reshape([0, .. inner]).Pad([(0, count), .. Enumerable.Repeat((0, 0), inner.Length)], 0L);
            Tensor chosen = Reshape([mask.Length, .. inner]).Gather(new NonZero(count).Apply(flat).Reshape([count]));
            if (size is null)
                return chosen;
            Tensor isThere = Range(0, count).Less(flat.Cast(DType.Int32).Sum()).Reshape([count, .. Enumerable.Repeat(1, inner.Length)]);
            return Where(isThere, chosen, Scalar(0, DType));
        }

        private int CountedOr(int? size, string operation)
        {
            if (size is not null)
                return size >= 0 ? size.Value : throw new ArgumentOutOfRangeException(nameof(size), string.Create(CultureInfo.InvariantCulture, $"{operation}: received the size {size}; expected 0 or more."));
            if (Operation is not null || IsShapeOnly || Function.IsTracing)
            {
                throw new InvalidOperationException($"{operation}: how many elements there are depends on the numbers of this tensor of shape {Shape}, which are not known while a function is compiled or a "
                    + $"layer is built. State the result's size, {operation}(..., size: n), choose with Tensor.Where, or call it outside.");
            }

            return checked((int)Cast(DType.Int32).Sum().Item<long>());
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Of a Bool tensor the indices of what is true, (size, rank) of Int32; rows of 0 follow where there are fewer.</summary>
    /// <param name="Size">How many rows.</param>
    public sealed record NonZero(int Size) : Primitive
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs) => new([Size, inputs[0].Shape.Rank], DType.Int32);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            ReadOnlySpan<byte> mask = arguments.InputTensor(0).AsRawSpan<byte>();
            ReadOnlySpan<int> lengths = arguments.InputSpec(0).Shape.Dimensions;
            Span<int> indices = arguments.Output<int>();
            int row = 0;
            for (int place = NextTrue(mask, 0); place < mask.Length && row < Size; place = NextTrue(mask, place + 1), row++)
            {
                int rest = place;
                for (int axis = lengths.Length - 1; axis >= 0; axis--)
                    (rest, indices[(row * lengths.Length) + axis]) = Math.DivRem(rest, lengths[axis]);
            }

            indices[(row * lengths.Length)..].Clear();
        }

        // Stretches of zeros are passed many at a time.
        private static int NextTrue(ReadOnlySpan<byte> mask, int from)
        {
            int ahead = mask[from..].IndexOfAnyExcept((byte)0);
            return ahead < 0 ? mask.Length : from + ahead;
        }
    }
}
