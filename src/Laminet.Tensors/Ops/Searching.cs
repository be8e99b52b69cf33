using System.Globalization;
using System.Numerics;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors
{
    /// <content>Searching in order, and counting.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Where values would be put into this sorted vector to keep it sorted: Int32, the values' shape, 0 to the length. NaN comes after all. NumPy, Keras and PyTorch:
        /// <c>searchsorted</c>; of intervals see <see cref="Digitize"/>.
        /// </summary>
        /// <param name="values">What to look for, of this tensor's type.</param>
        /// <param name="right">Whether a value comes after equal elements; before them by default.</param>
        /// <exception cref="ShapeException">This tensor is not a vector.</exception>
        /// <exception cref="DTypeException">The types differ.</exception>
        public Tensor SearchSorted(Tensor values, bool right = false)
        {
            ArgumentNullException.ThrowIfNull(values);
            return new SearchSorted(right).Apply(this, values);
        }

        /// <summary>
        /// How often each whole number from 0 on occurs: Int32 of (size), or the sums of weights, of the weights' type. NumPy, Keras and PyTorch: <c>bincount</c>.
        /// </summary>
        /// <param name="weights">What each occurrence counts, of this tensor's shape; null for 1.</param>
        /// <param name="minLength">The least length of the result, if it is not stated.</param>
        /// <param name="size">The length of the result, where that must be known beforehand. Null for one more than the largest number, which needs the numbers and thus no
        /// compiled function.</param>
        /// <exception cref="ArgumentOutOfRangeException">A number is negative, or not below the size.</exception>
        /// <exception cref="InvalidOperationException">A function is being compiled, and no size was given.</exception>
        /// <exception cref="DTypeException">The numbers are not integers.</exception>
        public Tensor BinCount(Tensor? weights = null, int minLength = 0, int? size = null)
        {
            Tensor bins = AsIndices("BinCount").Reshape([Length]);
            if (weights is not null && weights.Shape != Shape)
                throw new ShapeException($"BinCount: received weights of shape {weights.Shape} for numbers of shape {Shape}; expected one weight for each.");
            if (size is null && (Operation is not null || IsShapeOnly || Function.IsTracing))
            {
                throw new InvalidOperationException($"BinCount: how many bins there are depends on the numbers of this tensor of shape {Shape}, which are not known while a function is compiled or a "
                    + "layer is built. State the result's size, BinCount(size: n).");
            }

            if (size < 0 || minLength < 0)
                throw new ArgumentOutOfRangeException(size < 0 ? nameof(size) : nameof(minLength), string.Create(CultureInfo.InvariantCulture, $"BinCount: received the length {(size < 0 ? size : minLength)}; expected 0 or more."));
            int count = size ?? Math.Max(minLength, Length == 0 ? 0 : checked(bins.Max().Item<int>() + 1));
            Tensor each = weights is null ? Scalar(1).BroadcastTo([Length]) : weights.Reshape([Length]);
            return each.ScatterAdd(bins, count);
        }

        /// <summary>
        /// 1 at each index of the last axis and 0 elsewhere, on an axis of length <paramref name="depth"/> in place of the last: the classes of a sample that has several. An index
        /// outside gives nothing. Keras: <c>ops.multi_hot</c>.
        /// </summary>
        /// <param name="depth">How many classes there are.</param>
        /// <param name="dtype">The result's type.</param>
        /// <exception cref="ShapeException">The tensor is a scalar.</exception>
        public Tensor MultiHot(int depth, DType dtype = DType.Float32) => Rank == 0
            ? throw new ShapeException("MultiHot: received a scalar; expected (..., indices). ExpandDims(0) makes it one.")
            : OneHot(depth, DType.Bool).Any(-2).Cast(dtype);
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: a sorted vector, values. How many elements come before each value.</summary>
    /// <param name="Right">Whether equal elements do.</param>
    public sealed record SearchSorted(bool Right) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Number(Name, inputs[0]);
            Check.SameType(Name, inputs[0], inputs[1]);
            return inputs[0].Shape.Rank == 1
                ? new(inputs[1].Shape, DType.Int32)
                : throw new ShapeException($"{Name}: received a sorted tensor of shape {inputs[0].Shape}; expected a vector.");
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(Right, arguments);
            DTypes.Number(arguments.InputSpec(0).DType, ref body);
        }

        private readonly ref struct Body(bool right, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T> => Stretches.Share(arguments.InputSpec(1).Shape.ElementCount,
                new Found<T>(right, arguments.InputTensor(0), arguments.InputTensor(1), arguments.OutputTensor));
        }

        private readonly struct Found<T>(bool right, Tensor sorted, Tensor values, Tensor places) : IStretchWork where T : unmanaged, INumber<T>
        {
            public void Run(int first, int count)
            {
                ReadOnlySpan<T> vector = sorted.AsSpan<T>(), numbers = values.AsSpan<T>();
                Span<int> results = places.AsSpan<int>();
                for (int i = first; i < first + count; i++)
                {
                    (int low, int high) = (0, vector.Length);
                    while (low < high)
                    {
                        int middle = (int)(((uint)low + (uint)high) >> 1);
                        if (right ? !Precedes(numbers[i], vector[middle]) : Precedes(vector[middle], numbers[i]))
                            low = middle + 1;
                        else
                            high = middle;
                    }

                    results[i] = low;
                }
            }

            private static bool Precedes(T left, T right) => left < right || (T.IsNaN(right) && !T.IsNaN(left));
        }
    }
}
