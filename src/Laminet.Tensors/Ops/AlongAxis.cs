using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors
{
    /// <content>Reading and writing at positions along an axis that differ from row to row.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// One or more entries of each row, at different positions in each row. <c>q.TakeAlong(action.ExpandDims(-1))</c> gives the
        /// value of the action of every row, (batch, 1). NumPy and Keras: <c>take_along_axis</c>; PyTorch: <c>gather</c>.
        /// </summary>
        /// <param name="indices">Positions along the axis, integers; a negative one counts from the end. The other axes must be those of this tensor.</param>
        /// <param name="axis">The axis of the positions; the last by default.</param>
        /// <exception cref="ShapeException">Another axis of <paramref name="indices"/> differs from that of this tensor.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A position is beyond the axis.</exception>
        public Tensor TakeAlong(Tensor indices, int axis = -1)
        {
            ArgumentNullException.ThrowIfNull(indices);
            return new TakeAlong(Shape.Axis(axis)).Apply(this, indices.AsIndices("TakeAlong"));
        }

        /// <summary>
        /// This tensor with values written at positions of an axis, different ones in each row, or combined with what is there. Of values for one position all are
        /// combined, in order; the last one assigned stays. NumPy: <c>put_along_axis</c>, <c>ufunc.at</c>; PyTorch: <c>scatter</c>, <c>scatter_reduce</c>;
        /// ONNX: <c>ScatterElements</c>.
        /// </summary>
        /// <param name="indices">Positions along the axis, integers; a negative one counts from the end. The other axes must be those of this tensor.</param>
        /// <param name="values">What to write: of the shape of the indices and this tensor's type.</param>
        /// <param name="axis">The axis of the positions; the last by default.</param>
        /// <param name="mode">What becomes of the numbers there.</param>
        /// <exception cref="ShapeException">Another axis of <paramref name="indices"/> differs from that of this tensor, or the values do not have the indices' shape.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A position is beyond the axis.</exception>
        /// <exception cref="DTypeException">The types differ, or truth values are to be combined; they can be assigned.</exception>
        public Tensor PutAlong(Tensor indices, Tensor values, int axis = -1, ScatterMode mode = ScatterMode.Assign)
        {
            ArgumentNullException.ThrowIfNull(indices);
            ArgumentNullException.ThrowIfNull(values);
            // To write truth values needs no arithmetic; to combine them does, and is refused.
            if (DType == DType.Bool && values.DType == DType.Bool && mode == ScatterMode.Assign)
                return Cast(DType.UInt8).PutAlong(indices, values.Cast(DType.UInt8), axis).Cast(DType.Bool);
            return new PutAlong(Shape.Axis(axis), mode).Apply(this, indices.AsIndices("PutAlong"), values);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>Inputs: x, indices (Int32) of x's shape but for the axis. The entries of x at them along the axis.</summary>
    /// <param name="Axis">The axis.</param>
    public sealed record TakeAlong(int Axis) : Primitive
    {
        internal override bool MayThrow => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            AlongAxis.Check(Name, inputs[0].Shape, inputs[1].Shape, Axis);
            return new(inputs[1].Shape, inputs[0].DType);
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.BySize(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments) => input == 0
            ? new PutAlong(Axis, ScatterMode.Add).Apply(arguments.Inputs[0].ZerosLike(), arguments.Inputs[1], arguments.Upstream)
            : null;

        private readonly ref struct Body(TakeAlong operation, KernelArguments arguments) : IMoveBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged
            {
                AlongAxis along = new(operation.Name, arguments.InputTensor(0), arguments.InputTensor(1), operation.Axis, isWhole: false);
                Taken<T> work = new(along, arguments.OutputTensor);
                Workers.For(along.Tasks, ref work);
            }
        }

        private readonly struct Taken<T>(AlongAxis along, Tensor output) : IWork where T : unmanaged
        {
            public void Run(int task)
            {
                ReadOnlySpan<T> x = along.X.AsRawSpan<T>();
                ReadOnlySpan<int> indices = along.Indices.AsSpan<int>();
                Span<T> result = output.AsRawSpan<T>();
                foreach (int outer in along.OuterOf(task))
                {
                    if (along.Inner == 1)
                    {
                        ReadOnlySpan<int> places = indices.Slice(outer * along.Count, along.Count);
                        ReadOnlySpan<T> row = x.Slice(outer * along.Length, along.Length);
                        Span<T> taken = result.Slice(outer * along.Count, along.Count);
                        for (int i = 0; i < places.Length; i++)
                            taken[i] = row[AlongAxis.FromStart(places[i], row.Length)];
                        continue;
                    }

                    for (int place = outer * along.Count * along.Inner, end = place + (along.Count * along.Inner), column = 0; place < end; place++)
                    {
                        result[place] = x[along.Target(outer, indices[place], column)];
                        column = column + 1 == along.Inner ? 0 : column + 1;
                    }
                }
            }
        }
    }

    /// <summary>Inputs: x, indices (Int32) of x's shape but for the axis, values of the indices' shape. x with the values at the indices along the axis.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Mode">What becomes of the numbers there.</param>
    public sealed record PutAlong(int Axis, ScatterMode Mode) : Primitive
    {
        internal override bool MayThrow => true;

        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.SameType(Name, inputs[0], inputs[2]);
            Check.Number(Name, inputs[0]);
            AlongAxis.Check(Name, inputs[0].Shape, inputs[1].Shape, Axis);
            return inputs[1].Shape == inputs[2].Shape
                ? inputs[0]
                : throw new ShapeException($"{Name}: received values of shape {inputs[2].Shape} for indices of shape {inputs[1].Shape}; expected the same shape. BroadcastTo repeats values.");
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.Number(arguments.OutputSpec.DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor? Gradient(int input, in GradientArguments arguments)
        {
            if (input == 1)
                return null;
            (Tensor x, Tensor indices, Tensor values, Tensor upstream, Tensor result) =
                (arguments.Inputs[0], arguments.Inputs[1], arguments.Inputs[2], arguments.Upstream, arguments.Output);
            return Mode switch
            {
                ScatterMode.Add => input == 0 ? upstream : Taken(upstream),
                ScatterMode.Assign => input == 0 ? Put(upstream, values.ZerosLike(), ScatterMode.Assign) : Taken(upstream).MaskedBy(IsLast()),
                ScatterMode.Multiply => input == 0 ? upstream * Put(x.OnesLike(), values, ScatterMode.Multiply) : OfFactor(),
                _ => OfExtreme(),
            };

            Tensor Taken(Tensor tensor) => new TakeAlong(Axis).Apply(tensor, indices);
            Tensor Put(Tensor target, Tensor written, ScatterMode mode) => new PutAlong(Axis, mode).Apply(target, indices, written);

            // Which of the values for one place is the one that stays.
            Tensor IsLast()
            {
                Tensor numbers = Tensor.Range(0, values.Length).Reshape(values.Shape);
                return Taken(Put(Tensor.Zeros(x.Shape, DType.Int32), numbers, ScatterMode.Assign)).Equal(numbers);
            }

            // The product of the others. A factor 0 is left out of it, and the place's zeros are counted.
            Tensor OfFactor()
            {
                Tensor isZero = values.Equal(0), others = Tensor.Where(isZero, values.OnesLike(), values);
                Tensor zeros = Taken(Put(Tensor.Zeros(x.Shape, DType.Int32), isZero.Cast(DType.Int32), ScatterMode.Add));
                return (Taken(upstream * Put(x, others, ScatterMode.Multiply)) / others).MaskedBy(zeros.Equal(isZero.Cast(DType.Int32)));
            }

            // Equal extremes share it.
            Tensor OfExtreme()
            {
                Tensor ofX = x.Equal(result).Cast(x.DType), ofValues = values.Equal(Taken(result)).Cast(x.DType);
                Tensor share = upstream / Put(ofX, ofValues, ScatterMode.Add);
                return input == 0 ? share * ofX : Taken(share) * ofValues;
            }
        }

        private readonly ref struct Body(PutAlong operation, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T>
            {
                AlongAxis along = new(operation.Name, arguments.InputTensor(0), arguments.InputTensor(1), operation.Axis, isWhole: true);
                switch (operation.Mode)
                {
                    case ScatterMode.Add: Write<T, Sum<T>>(along); break;
                    case ScatterMode.Multiply: Write<T, Product<T>>(along); break;
                    case ScatterMode.Minimum: Write<T, Smaller<T>>(along); break;
                    case ScatterMode.Maximum: Write<T, Larger<T>>(along); break;
                    default: Write<T, Latest<T>>(along); break;
                }
            }

            private void Write<T, TCombination>(AlongAxis along) where T : unmanaged, INumber<T> where TCombination : ICombination<T>
            {
                Written<T, TCombination> work = new(along, arguments.InputTensor(2), arguments.OutputTensor);
                Workers.For(along.Tasks, ref work);
            }
        }

        private readonly struct Written<T, TCombination>(AlongAxis along, Tensor values, Tensor output) : IWork where T : unmanaged, INumber<T> where TCombination : ICombination<T>
        {
            public void Run(int task)
            {
                int block = along.Length * along.Inner, count = along.Count * along.Inner;
                ReadOnlySpan<int> allIndices = along.Indices.AsSpan<int>();
                ReadOnlySpan<T> allNumbers = values.AsSpan<T>(), x = along.X.AsSpan<T>();
                Span<T> whole = output.AsSpan<T>();
                foreach (int outer in along.OuterOf(task))
                {
                    ReadOnlySpan<int> indices = allIndices.Slice(outer * count, count);
                    ReadOnlySpan<T> numbers = allNumbers.Slice(outer * count, count);
                    Span<T> result = whole.Slice(outer * block, block);
                    x.Slice(outer * block, block).CopyTo(result);
                    if (along.Inner == 1)
                    {
                        for (int i = 0; i < indices.Length; i++)
                            Combine(ref result[AlongAxis.FromStart(indices[i], result.Length)], numbers[i]);
                        continue;
                    }

                    for (int place = 0, column = 0; place < indices.Length; place++)
                    {
                        Combine(ref result[(AlongAxis.FromStart(indices[place], along.Length) * along.Inner) + column], numbers[place]);
                        column = column + 1 == along.Inner ? 0 : column + 1;
                    }
                }
            }

            private static void Combine(ref T target, T number) => target = TCombination.Of(target, number);
        }

        /// <summary>What becomes of a number where another is written.</summary>
        private interface ICombination<T>
        {
            static abstract T Of(T old, T written);
        }

        private readonly struct Latest<T> : ICombination<T>
        {
            public static T Of(T old, T written) => written;
        }

        private readonly struct Sum<T> : ICombination<T> where T : INumber<T>
        {
            public static T Of(T old, T written) => old + written;
        }

        private readonly struct Product<T> : ICombination<T> where T : INumber<T>
        {
            public static T Of(T old, T written) => old * written;
        }

        private readonly struct Smaller<T> : ICombination<T> where T : INumber<T>
        {
            public static T Of(T old, T written) => T.Min(old, written);
        }

        private readonly struct Larger<T> : ICombination<T> where T : INumber<T>
        {
            public static T Of(T old, T written) => T.Max(old, written);
        }
    }

    /// <summary>A tensor as [outer, length, inner] around an axis, and checked positions [outer, count, inner] along it.</summary>
    internal readonly struct AlongAxis
    {
        private readonly int outerCount, outerPerTask;

        /// <param name="operation">What is done, for messages.</param>
        /// <param name="x">The tensor.</param>
        /// <param name="indices">The positions.</param>
        /// <param name="axis">The axis.</param>
        /// <param name="isWhole">Whether a task goes through all of x, not only through what is at the positions.</param>
        public AlongAxis(string operation, Tensor x, Tensor indices, int axis, bool isWhole)
        {
            (X, Indices, Length, Count, Inner, outerCount) = (x, indices, x.Shape[axis], indices.Shape[axis], x.Shape.CountOf((axis + 1)..), x.Shape.CountOf(..axis));
            outerPerTask = Math.Max(1, Stretches.TaskLength / Math.Max(1, (isWhole ? Math.Max(Count, Length) : Count) * Inner));
            ReadOnlySpan<int> positions = indices.AsSpan<int>();
            if (Positions.FirstOutside(positions, -Length, Length - 1) is >= 0 and int place)
                throw new ArgumentOutOfRangeException(nameof(indices), $"{operation}: received index {positions[place]} at [{indices.Shape.PlaceText(place)}]; axis {axis} of {x.Shape} has positions {-Length} to {Length - 1}.");
        }

        public Tensor X { get; }

        public Tensor Indices { get; }

        public int Length { get; }

        public int Count { get; }

        public int Inner { get; }

        /// <summary>No two write to one place.</summary>
        public int Tasks => Rounding.DivideUp(outerCount, outerPerTask);

        public static void Check(string operation, Shape x, Shape indices, int axis)
        {
            if (indices.Rank != x.Rank || indices.With(axis, 1) != x.With(axis, 1))
                throw new ShapeException($"{operation}: received indices of shape {indices} for a tensor of shape {x}; all axes but axis {axis} must be equal. ExpandDims adds an axis of length 1.");
        }

        /// <summary>Where a position lies; a negative one counts from the end.</summary>
        public int Target(int outer, int position, int column) => (((outer * Length) + FromStart(position, Length)) * Inner) + column;

        /// <summary>A position; a negative one counts from the end.</summary>
        public static int FromStart(int position, int length) => position < 0 ? position + length : position;

        public OuterRange OuterOf(int task) => new(task * outerPerTask, Math.Min(outerCount, (task + 1) * outerPerTask));

        /// <summary>Whole numbers, to loop over.</summary>
        public struct OuterRange(int first, int end)
        {
            public int Current { get; private set; } = first - 1;

            public readonly OuterRange GetEnumerator() => this;

            public bool MoveNext() => ++Current < end;
        }
    }
}
