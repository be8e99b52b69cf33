using System.Numerics;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Sorting.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// The elements of an axis in order, the smallest first. NaN counts as largest. The gradient flows back to where an element came from. NumPy, Keras and
        /// PyTorch: <c>sort</c>.
        /// </summary>
        /// <param name="axis">The axis; the last by default.</param>
        /// <param name="descending">Whether the largest comes first, and NaN before it.</param>
        /// <exception cref="DTypeException">The tensor is of Bool.</exception>
        public Tensor Sort(int axis = -1, bool descending = false) => Sorted(axis, descending, output: 0);

        /// <summary>
        /// The indices (Int32) that put an axis in order: <c>x.TakeAlong(x.ArgSort())</c> is <c>x.Sort()</c>. Equal elements keep their order. NumPy and
        /// Keras: <c>argsort</c>, <c>argpartition</c>, of which every order is one; PyTorch: <c>argsort</c>.
        /// </summary>
        /// <param name="axis">The axis; the last by default.</param>
        /// <param name="descending">Whether the largest comes first, and NaN before it.</param>
        /// <exception cref="DTypeException">The tensor is of Bool.</exception>
        public Tensor ArgSort(int axis = -1, bool descending = false) => Sorted(axis, descending, output: 1);

        private Tensor Sorted(int axis, bool descending, int output)
        {
            int along = Shape.Axis(axis);
            return new Sort(descending).ApplyAll(SwappedWithLast(along))[output].SwappedWithLast(along);
        }

        /// <summary>The tensor with an axis and the last one in each other's place; the same again undoes it.</summary>
        internal Tensor SwappedWithLast(int axis)
        {
            if (axis == Rank - 1)
                return this;
            int[] order = [.. Enumerable.Range(0, Rank)];
            (order[axis], order[^1]) = (order[^1], order[axis]);
            return Transpose(order);
        }
    }
}

namespace Laminet.Tensors.Ops
{
    /// <summary>The last axis in order, and the indices (Int32) of its elements in x.</summary>
    /// <param name="Descending">Whether the largest comes first.</param>
    public sealed record Sort(bool Descending) : Primitive
    {
        internal override bool WidensHalves => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs)
        {
            Check.Number(Name, inputs[0]);
            return [inputs[0], new(inputs[0].Shape, DType.Int32)];
        }

        // About as many comparisons as a sort by comparing makes.
        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            inputs[0].Shape.ElementCount * Math.Log2(Math.Max(2, inputs[0].Shape[-1]));

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments)
        {
            Body body = new(Descending, arguments);
            DTypes.Number(arguments.InputSpec(0).DType, ref body);
        }

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments) =>
            [new PutAlong(arguments.Output.Rank - 1, ScatterMode.Add).Apply(arguments.Inputs[0].ZerosLike(), arguments.Outputs[1], arguments.Upstream)];

        private readonly ref struct Body(bool descending, KernelArguments arguments) : INumberBody
        {
            private readonly KernelArguments arguments = arguments;

            public void Run<T>() where T : unmanaged, INumber<T>
            {
                Tensor x = arguments.InputTensor(0);
                SortedRows.Sort<T>(x, x.Shape[-1], descending, arguments.Outputs[0], arguments.Outputs[1]);
            }
        }
    }
}
