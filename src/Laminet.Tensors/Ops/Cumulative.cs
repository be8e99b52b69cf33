using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors
{
    /// <content>Running sums and products.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The cumulative sum along an axis: the sum of each element and all before it. NumPy, Keras and PyTorch: <c>cumsum</c>. Floating point only; the sum
        /// is accumulated in Float64.
        /// </summary>
        public Tensor CumSum(int axis) => new CumSum(Shape.Axis(axis), Reverse: false).Apply(this);

        /// <summary>
        /// The cumulative product along an axis: each element times all before it. NumPy, Keras and PyTorch: <c>cumprod</c>. Floating point only.
        /// The gradient does not divide by elements, so it is also correct if some are 0.
        /// </summary>
        public Tensor CumProd(int axis)
        {
            Check.Float("CumProd", Spec);
            return RunningProduct.Of(this, Shape.Axis(axis));
        }

        /// <summary>
        /// The largest of each element and all before it along an axis, and its position there (Int32), the last one of equals. From NaN on all is NaN. The gradient flows to where the numbers come from.
        /// PyTorch: <c>cummax</c>; NumPy: <c>maximum.accumulate</c>.
        /// </summary>
        /// <param name="axis">The axis.</param>
        public (Tensor Values, Tensor Indices) CumMax(int axis) => RunningExtremes(axis, isMaximum: true);

        /// <summary>The smallest of each element and all before it along an axis, and its position there. PyTorch: <c>cummin</c>; NumPy: <c>minimum.accumulate</c>.</summary>
        /// <inheritdoc cref="CumMax"/>
        public (Tensor Values, Tensor Indices) CumMin(int axis) => RunningExtremes(axis, isMaximum: false);

        /// <summary>ln of the cumulative sum of exp(x), without overflow. PyTorch: <c>logcumsumexp</c>. Floating point only.</summary>
        /// <param name="axis">The axis.</param>
        public Tensor LogCumSumExp(int axis) => new LogCumSumExp(Shape.Axis(axis), Reverse: false).Apply(this);

        private (Tensor Values, Tensor Indices) RunningExtremes(int axis, bool isMaximum)
        {
            Tensor[] outputs = new RunningExtreme(Shape.Axis(axis), isMaximum).ApplyAll(this);
            return (outputs[0], outputs[1]);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The running sum from the first element on, or from the last one where reversed.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Reverse">Whether it runs from the last element to the first.</param>
    public sealed record CumSum(int Axis, bool Reverse) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(Name, inputs[0]);
            return inputs[0];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType == DType.Float32)
                Run<float>(arguments.InputTensor(0), arguments.OutputTensor);
            else
                Run<double>(arguments.InputTensor(0), arguments.OutputTensor);
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => new CumSum(Axis, !Reverse).Apply(arguments.Upstream);

        private void Run<T>(Tensor x, Tensor output) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Strips<T> work = new(x, output, x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Reverse);
            Workers.For(x.Shape.CountOf(..Axis) * work.PerOuter, ref work);
        }

        /// <summary>A task is some columns of one matrix (axis, inner axes).</summary>
        private readonly struct Strips<T>(Tensor x, Tensor output, int length, int inner, bool reverse) : IWork
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            // One or two cache lines of a row.
            private const int Width = 16;

            public int PerOuter => Rounding.DivideUp(inner, Width);

            public void Run(int task)
            {
                int first = task % PerOuter * Width, start = (task / PerOuter * length * inner) + first, width = Math.Min(Width, inner - first);
                ReadOnlySpan<T> from = x.AsSpan<T>();
                Span<T> to = output.AsSpan<T>();
                Span<double> sums = stackalloc double[Width];
                sums.Clear();
                for (int step = 0; step < length; step++)
                {
                    int row = start + ((reverse ? length - 1 - step : step) * inner);
                    for (int column = 0; column < width; column++)
                        to[row + column] = T.CreateTruncating(sums[column] += double.CreateTruncating(from[row + column]));
                }
            }
        }
    }

    /// <summary>The running maximum or minimum from the first element on, and its position (Int32).</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="IsMaximum">Whether it is the maximum.</param>
    public sealed record RunningExtreme(int Axis, bool IsMaximum) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Number(Name, inputs[0]);
            return [inputs[0], new(inputs[0].Shape, DType.Int32)];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(this, arguments);
            DTypes.Number(arguments.InputSpec(0).DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) =>
            [new PutAlong(Axis, ScatterMode.Add).Apply(arguments.Inputs[0].ZerosLike(), arguments.Outputs[1], arguments.Upstream)];

        private readonly ref struct Body(RunningExtreme operation, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T>
            {
                Tensor x = arguments.InputTensor(0);
                ExtremeStrips<T> work = new(x, arguments.Outputs[0], arguments.Outputs[1], x.Shape[operation.Axis], x.Shape.CountOf((operation.Axis + 1)..), operation.IsMaximum);
                Workers.For(x.Shape.CountOf(..operation.Axis) * work.PerOuter, ref work);
            }
        }

        /// <summary>A task is some columns of one matrix (axis, inner axes). An output that nobody reads is not there.</summary>
        private readonly struct ExtremeStrips<T>(Tensor x, Tensor? values, Tensor? places, int length, int inner, bool isMaximum) : IWork
            where T : unmanaged, INumber<T>
        {
            private const int Width = 16;

            public int PerOuter => Rounding.DivideUp(inner, Width);

            public void Run(int task)
            {
                int first = task % PerOuter * Width, start = (task / PerOuter * length * inner) + first, width = Math.Min(Width, inner - first);
                ReadOnlySpan<T> from = x.AsSpan<T>();
                Span<T> to = values is null ? [] : values.AsSpan<T>();
                Span<int> at = places is null ? [] : places.AsSpan<int>();
                Span<T> best = stackalloc T[Width];
                Span<int> place = stackalloc int[Width];
                for (int step = 0; step < length; step++)
                {
                    int row = start + (step * inner);
                    for (int column = 0; column < width; column++)
                    {
                        if (step == 0 || IsBeyond(from[row + column], best[column]))
                            (best[column], place[column]) = (from[row + column], step);
                    }

                    if (values is not null)
                        best[..width].CopyTo(to[row..]);
                    if (places is not null)
                        place[..width].CopyTo(at[row..]);
                }
            }

            // Equal ones come after; nothing comes after NaN but NaN.
            private bool IsBeyond(T value, T before) => T.IsNaN(value) || (!T.IsNaN(before) && (isMaximum ? value >= before : value <= before));
        }
    }

    /// <summary>ln of the running sum of exp(x), from the first element on, or from the last one where reversed. dx = Σ dy exp(x - y) over the outputs that x is part of.</summary>
    /// <param name="Axis">The axis.</param>
    /// <param name="Reverse">Whether it runs from the last element to the first.</param>
    public sealed record LogCumSumExp(int Axis, bool Reverse) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Float(Name, inputs[0]);
            return inputs[0];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            if (arguments.OutputSpec.DType == DType.Float32)
                Run<float>(arguments.InputTensor(0), arguments.OutputTensor);
            else
                Run<double>(arguments.InputTensor(0), arguments.OutputTensor);
        }

        // The sum is again one of exponentials: of upstream gradients above 0 and below 0 apart, since a logarithm has no sign.
        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments)
        {
            (Tensor x, Tensor y, Tensor upstream) = (arguments.Inputs[0], arguments.Output, arguments.Upstream);
            return Part(upstream) - Part(-upstream);

            Tensor Part(Tensor share)
            {
                Tensor isThere = share.Greater(0L), one = Tensor.Scalar(1, x.DType), none = Tensor.Scalar(double.NegativeInfinity, x.DType);
                Tensor logarithm = Tensor.Where(isThere, Tensor.Where(isThere, share, one).Log() - y, none);
                // What is minus infinity has no share, and infinity less infinity no value.
                return (new LogCumSumExp(Axis, !Reverse).Apply(logarithm) + x).Exp().MaskedBy(x.NotEqual(double.NegativeInfinity));
            }
        }

        private void Run<T>(Tensor x, Tensor output) where T : unmanaged, IFloatingPointIeee754<T>
        {
            Columns<T> work = new(x, output, x.Shape[Axis], x.Shape.CountOf((Axis + 1)..), Reverse);
            Workers.For(x.Shape.CountOf(..Axis) * work.Inner, ref work);
        }

        /// <summary>A task is one column: its exponentials cost more than the distance between its numbers.</summary>
        private readonly struct Columns<T>(Tensor x, Tensor output, int length, int inner, bool reverse) : IWork
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            public int Inner => inner;

            public void Run(int task)
            {
                int start = (task / inner * length * inner) + (task % inner);
                ReadOnlySpan<T> from = x.AsSpan<T>();
                Span<T> to = output.AsSpan<T>();
                // ln Σ = peak + ln Σ exp(x - peak), with the peak so far.
                (double peak, double sum) = (double.NegativeInfinity, 0);
                for (int step = 0; step < length; step++)
                {
                    int place = start + ((reverse ? length - 1 - step : step) * inner);
                    double value = double.CreateTruncating(from[place]);
                    if (value > peak)
                        (peak, sum) = (value, (sum * Math.Exp(peak - value)) + 1);
                    else if (!double.IsNegativeInfinity(value))
                        sum += double.IsPositiveInfinity(value) ? 1 : Math.Exp(value - peak);
                    to[place] = T.CreateTruncating(peak + Math.Log(sum));
                }
            }
        }
    }

    /// <summary>Products along an axis by doubling: log n passes of products alone, which every order of derivative can go through.</summary>
    internal static class RunningProduct
    {
        /// <summary>The product of each element and all before it.</summary>
        public static Tensor Of(Tensor x, int axis)
        {
            for (int reach = 1; reach < x.Shape[axis]; reach *= 2)
                x *= Shifted(x, axis, reach);
            return x;
        }

        /// <summary>The product of all before each element.</summary>
        public static Tensor Before(Tensor x, int axis) => Of(Shifted(x, axis, 1), axis);

        // Moved towards the end of the axis, with ones in front.
        private static Tensor Shifted(Tensor x, int axis, int by)
        {
            int length = x.Shape[axis];
            return new Embed(axis, by, 1, length, 1L).Apply(x.Slice(0, length - by, 1, axis));
        }
    }
}
