using System.Numerics;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>
    /// Reductions over any axes; <c>keepDims</c> keeps reduced axes with length 1. Sums follow a fixed tree, so their bits do not
    /// depend on the number of threads.
    /// </content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The sum; 0 if there are no elements. Sums of integers have 64 bits, as in NumPy: signed integers and Bool (whose sum is
        /// the number of true elements) give Int64, unsigned integers UInt64. (Keras and JAX give 32 bits, which wrap.) Halves are added in Float32.
        /// NumPy, Keras and PyTorch: <c>sum</c>; ONNX: <c>ReduceSum</c>.
        /// </summary>
        public Tensor Sum(Axes axes = default, bool keepDims = false) => Reduce(ReductionKind.Sum, axes, keepDims);

        /// <summary>The product; 1 if there are no elements. Its type is that of <see cref="Sum"/>. NumPy, Keras and PyTorch: <c>prod</c>; ONNX: <c>ReduceProd</c>.</summary>
        public Tensor Product(Axes axes = default, bool keepDims = false) => Reduce(ReductionKind.Product, axes, keepDims);

        /// <summary>
        /// The largest element; NaN if any element is NaN. Equal largest elements share the gradient evenly.
        /// NumPy and Keras: <c>max</c>, <c>amax</c>; PyTorch: <c>amax</c>; ONNX: <c>ReduceMax</c>.
        /// </summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Max(Axes axes = default, bool keepDims = false) => Reduce(ReductionKind.Maximum, axes, keepDims);

        /// <summary>
        /// The smallest element; NaN if any element is NaN. Equal smallest elements share the gradient evenly.
        /// NumPy and Keras: <c>min</c>, <c>amin</c>; PyTorch: <c>amin</c>; ONNX: <c>ReduceMin</c>.
        /// </summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Min(Axes axes = default, bool keepDims = false) => Reduce(ReductionKind.Minimum, axes, keepDims);

        /// <summary>
        /// The arithmetic mean; NaN if there are no elements. Integers and Bool give Float32, as in Keras. The mean of halves
        /// is rounded once, so it is correct even if their sum is too large for the type. NumPy, Keras and PyTorch: <c>mean</c>; ONNX: <c>ReduceMean</c>.
        /// </summary>
        public Tensor Mean(Axes axes = default, bool keepDims = false)
        {
            Tensor wide = Widened();
            return (wide.Sum(axes, keepDims) / (double)wide.CountOf(axes)).Cast(MeanType);
        }

        /// <summary>
        /// The mean squared deviation from the mean, divided by n - <paramref name="correction"/>: 0 for the population's variance
        /// (as in batch normalisation), 1 for the unbiased estimate. Its type is that of <see cref="Mean"/>. NumPy, Keras and PyTorch: <c>var</c>, in PyTorch with a correction of 1 by default.
        /// </summary>
        public Tensor Variance(Axes axes = default, bool keepDims = false, int correction = 0)
        {
            Tensor wide = Widened();
            Tensor squares = (wide - wide.Mean(axes, keepDims: true)).Square().Sum(axes, keepDims);
            return (squares / (double)(CountOf(axes) - correction)).Cast(MeanType);
        }

        /// <summary>
        /// The index of the first largest element along an axis, as Int32. NaN counts as largest.
        /// NumPy, Keras and PyTorch: <c>argmax</c>, of all elements by default; ONNX: <c>ArgMax</c>.
        /// </summary>
        public Tensor ArgMax(int axis = -1, bool keepDims = false) => ArgExtreme(axis, keepDims, largest: true);

        /// <summary>
        /// The index of the first smallest element along an axis, as Int32. NaN counts as smallest.
        /// NumPy, Keras and PyTorch: <c>argmin</c>, of all elements by default; ONNX: <c>ArgMin</c>.
        /// </summary>
        public Tensor ArgMin(int axis = -1, bool keepDims = false) => ArgExtreme(axis, keepDims, largest: false);

        /// <summary>Whether at least one element is true; false if there are no elements. NumPy, Keras and PyTorch: <c>any</c>.</summary>
        public Tensor Any(Axes axes = default, bool keepDims = false) => CountTrue("Any", axes, keepDims).Greater(0);

        /// <summary>Whether every element is true; true if there are no elements. NumPy, Keras and PyTorch: <c>all</c>.</summary>
        public Tensor All(Axes axes = default, bool keepDims = false) => CountTrue("All", axes, keepDims).Equal(CountOf(axes));

        private DType MeanType => DType.IsFloat() ? DType : DType.Float32;

        private Tensor Widened() => Cast(MeanType.Computed());

        private Tensor CountTrue(string operation, Axes axes, bool keepDims) => DType == DType.Bool
            ? Sum(axes, keepDims)
            : throw new DTypeException($"{operation}: received {Spec}; expected Bool. Compare with something first, as in x.Greater(0).");

        private int CountOf(Axes axes)
        {
            int count = 1;
            foreach (int axis in axes.Of(Shape))
                count *= Shape[axis];
            return count;
        }

        private Tensor Reduce(ReductionKind kind, Axes axes, bool keepDims)
        {
            int[] reduced = axes.Of(Shape);
            // Neighbouring axes are one stretch of memory; others are brought to the end first.
            Tensor source = this;
            int first = reduced.Length == 0 ? 0 : reduced[0];
            if (reduced.Length > 0 && reduced[^1] - first >= reduced.Length)
            {
                int[] kept = [.. Enumerable.Range(0, Rank).Except(reduced)];
                source = Transpose([.. kept, .. reduced]);
                first = kept.Length;
            }

            Tensor result = new Reduce(kind, first, reduced.Length).Apply(source);
            return keepDims ? result.Reshape(KeptShape(reduced)) : result;
        }

        private Tensor ArgExtreme(int axis, bool keepDims, bool largest)
        {
            int reduced = Shape.Axis(axis);
            Tensor result = new ArgExtreme(reduced, largest).Apply(this);
            return keepDims ? result.Reshape(KeptShape([reduced])) : result;
        }

        private Shape KeptShape(int[] reduced)
        {
            Shape kept = Shape;
            foreach (int axis in reduced)
                kept = kept.With(axis, 1);
            return kept;
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Reduces Count neighbouring axes from First on.</summary>
    /// <param name="Kind">Which.</param>
    /// <param name="First">The first position or axis.</param>
    /// <param name="Count">How many.</param>
    public sealed record Reduce(ReductionKind Kind, int First, int Count) : Primitive
    {
        /// <inheritdoc/>
        public override string Name => Kind.ToString();

        private bool IsExtreme => Kind is ReductionKind.Maximum or ReductionKind.Minimum;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            if (IsExtreme)
                Check.Number(Name, inputs[0]);
            Shape shape = inputs[0].Shape;
            if (IsExtreme && shape.ElementCount == 0 && Outside(shape).ElementCount > 0)
                throw new ShapeException($"{Name}: the axes to reduce of {shape} hold no element, and nothing is the largest or smallest of none.");
            DType type = inputs[0].DType;
            return new(Outside(shape), IsExtreme || type.IsFloat() ? type : type.Accumulated());
        }

        /// <summary>How many elements stand before, in and after the axes that are reduced.</summary>
        internal (int Outer, int Reduce, int Inner) Split(Shape shape) =>
            (shape.CountOf(..First), shape.CountOf(First..(First + Count)), shape.CountOf((First + Count)..));

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => inputs[0].Shape.ElementCount;

        // Sums of one number each.
        internal override Operation? Simplify(Operation self)
        {
            TensorSpec input = self.Inputs[0].Spec;
            return Kind == ReductionKind.Sum && input.Shape.ElementCount == self.Spec.Shape.ElementCount && input.DType.IsFloat()
                ? self with { Primitive = new Reshape(self.Spec.Shape) }
                : null;
        }

        // A reduction cuts its elements otherwise than the chain alone would.
        internal override Primitive? Over(Primitive producer, Shape input) =>
            producer is Fused { Program: var chain } && !Array.Exists(chain.Steps, step => step.Operation.DependsOnNeighbours) ? new FusedReduce(chain, input, this) : null;

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            (int outer, int reduce, int inner) = Split(arguments.InputSpec(0).Shape);
            Tensor x = arguments.InputTensor(0);
            DType gathered = x.DType.Accumulated();
            if (x.DType == gathered)
                CheckedKernels.Reduce(Kind, x, outer, reduce, inner, arguments.OutputTensor);
            else
                CheckedKernels.ReduceChain(Kind, TileProgram.Casting(x.DType, gathered), x.Shape, arguments, outer, reduce, inner);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            Tensor x = arguments.Inputs[0];
            Tensor upstream = Spread(arguments.Upstream, x.Shape);
            switch (Kind)
            {
                case ReductionKind.Sum:
                    return upstream;
                case ReductionKind.Product:
                    return upstream * ProductOfOthers(x);
                default:
                    Tensor chosen = x.Equal(Spread(arguments.Output, x.Shape)).Cast(x.DType);
                    return upstream * (chosen / Spread(new Reduce(ReductionKind.Sum, First, Count).Apply(chosen), x.Shape));
            }
        }

        // The product of all elements but each one: of everything before and everything after. Dividing the product by the element
        // fails at zeros.
        private Tensor ProductOfOthers(Tensor x)
        {
            int[] dimensions = [.. x.Shape.Take(First), x.Shape.CountOf(First..(First + Count)), .. x.Shape.Skip(First + Count)];
            Tensor flat = x.Reshape(dimensions);
            return (RunningProduct.Before(flat, First) * RunningProduct.Before(flat.Flip(First), First).Flip(First)).Reshape(x.Shape);
        }

        private Tensor Spread(Tensor reduced, Shape shape)
        {
            Shape kept = shape;
            for (int axis = First; axis < First + Count; axis++)
                kept = kept.With(axis, 1);
            return reduced.Reshape(kept).BroadcastTo(shape);
        }

        private Shape Outside(Shape shape) => [.. shape.Take(First), .. shape.Skip(First + Count)];
    }

    /// <summary>Where the first largest or smallest element stands along an axis: Int32.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Largest">Whether the largest is meant.</param>
    public sealed record ArgExtreme(int Axis, bool Largest) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override string Name => Largest ? "ArgMax" : "ArgMin";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Number(Name, inputs[0]);
            Shape shape = inputs[0].Shape;
            if (shape[Axis] == 0)
                throw new ShapeException($"{Name}: axis {Axis} of {shape} holds no element, and nothing is the largest or smallest of none.");
            return new([.. shape.Take(Axis), .. shape.Skip(Axis + 1)], DType.Int32);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.Number(arguments.InputSpec(0).DType, ref body);
        }

        private void Find<T>(in KernelArguments arguments) where T : unmanaged, INumber<T>
        {
            Shape shape = arguments.InputSpec(0).Shape;
            int length = shape[Axis];
            int inner = shape.CountOf((Axis + 1)..);
            ReadOnlySpan<T> x = arguments.Input<T>(0);
            Span<int> result = arguments.Output<int>();
            if (inner == 1)
            {
                for (int i = 0; i < result.Length; i++)
                    result[i] = RowExtreme.PlaceOf(x.Slice(i * length, length), Largest);
                return;
            }

            for (int i = 0; i < result.Length; i++)
            {
                int start = (i / inner * inner * length) + (i % inner);
                int best = 0;
                T extreme = x[start];
                for (int place = 1; place < length && !T.IsNaN(extreme); place++)
                {
                    T candidate = x[start + (place * inner)];
                    if (T.IsNaN(candidate) || (Largest ? candidate > extreme : candidate < extreme))
                        (best, extreme) = (place, candidate);
                }

                result[i] = best;
            }
        }

        private readonly ref struct Body(ArgExtreme operation, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T> => operation.Find<T>(arguments);
        }
    }
}
