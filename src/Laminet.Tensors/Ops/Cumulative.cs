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
        /// The cumulative sum along an axis: the sum of each element and all before it. NumPy, Keras and PyTorch: <c>cumsum</c>; ONNX: <c>CumSum</c>. The sum of
        /// floating-point numbers is accumulated in Float64; that of integers and Bool has 64 bits, as <see cref="Sum"/>.
        /// </summary>
        public Tensor CumSum(int axis) => new CumSum(Shape.Axis(axis), Reverse: false).Apply(DType.IsFloat() ? this : Cast(DType.Accumulated()));

        /// <summary>
        /// The cumulative product along an axis: each element times all before it. NumPy, Keras and PyTorch: <c>cumprod</c>. Its type is that of <see cref="CumSum"/>.
        /// The gradient does not divide by elements, so it is also correct if some are 0.
        /// </summary>
        public Tensor CumProd(int axis) => RunningProduct.Of(DType.IsFloat() ? this : Cast(DType.Accumulated()), Shape.Axis(axis));

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
            // Others would go round at once; the sums of integers have 64 bits.
            if (inputs[0].DType is not (DType.Int64 or DType.UInt64))
                Check.Float(Name, inputs[0]);
            return inputs[0];
        }

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            (Tensor x, Tensor output) = (arguments.InputTensor(0), arguments.OutputTensor);
            switch (output.DType)
            {
                case DType.Float32: Run<float, double>(x, output); break;
                case DType.Float64: Run<double, double>(x, output); break;
                case DType.Int64: Run<long, long>(x, output); break;
                default: Run<ulong, ulong>(x, output); break;
            }
        }

        /// <inheritdoc/>
        protected override Tensor Gradient(int input, in GradientArguments arguments) => new CumSum(Axis, !Reverse).Apply(arguments.Upstream);

        private void Run<T, TSum>(Tensor x, Tensor output) where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
        {
            int length = x.Shape[Axis], inner = x.Shape.CountOf((Axis + 1)..), outer = x.Shape.CountOf(..Axis);
            if (inner == 1)
            {
                CheckedKernels.CumSum<T, TSum>(x, output, length, outer, Reverse);
                return;
            }

            Strips<T, TSum> work = new(x, output, length, inner, Reverse);
            Workers.For(outer * work.PerOuter, ref work);
        }

        /// <summary>A task is some columns of one matrix (axis, inner axes).</summary>
        private readonly struct Strips<T, TSum>(Tensor x, Tensor output, int length, int inner, bool reverse) : IWork
            where T : unmanaged, INumber<T>
            where TSum : unmanaged, INumber<TSum>
        {
            public int PerOuter => ColumnStrip.CountIn(inner);

            public void Run(int task)
            {
                (int start, int width) = ColumnStrip.Of(task, length, inner);
                ReadOnlySpan<T> from = x.AsSpan<T>();
                Span<T> to = output.AsSpan<T>();
                Span<TSum> sums = stackalloc TSum[ColumnStrip.Width];
                sums.Clear();
                for (int step = 0; step < length; step++)
                {
                    int row = start + ((reverse ? length - 1 - step : step) * inner);
                    for (int column = 0; column < width; column++)
                        to[row + column] = T.CreateTruncating(sums[column] += TSum.CreateTruncating(from[row + column]));
                }
            }
        }
    }

    /// <summary>Some neighbouring columns of the matrices (axis, inner axes) of a tensor, for one task: one or two cache lines of a row.</summary>
    internal static class ColumnStrip
    {
        public const int Width = 16;

        /// <summary>How many there are in a matrix.</summary>
        public static int CountIn(int inner) => Rounding.DivideUp(inner, Width);

        /// <summary>Where the strip of a task begins, and how many columns it has.</summary>
        public static (int Start, int Width) Of(int task, int length, int inner)
        {
            (int outer, int strip) = Math.DivRem(task, CountIn(inner));
            return ((outer * length * inner) + (strip * Width), Math.Min(Width, inner - (strip * Width)));
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
