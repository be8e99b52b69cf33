using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors
{
    /// <content>Attention to a cache of keys and values.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// softmax(q kᵀ / sqrt(d)) v over the first <paramref name="length"/> positions of a cache; this tensor holds the queries q. Positions
        /// after the length are ignored, and the time is proportional to the length, not to the size of the cache. With a length of 0 the result is 0.
        /// (Vaswani et al., "Attention is all you need", 2017.) The time of the gradient is proportional to the size of the cache. Write the next key and value with
        /// <see cref="UpdateAt"/>.
        /// </summary>
        /// <param name="keys">k, (batch, heads, longest, d), for queries (batch, heads, queries, d).</param>
        /// <param name="values">v, (batch, heads, longest, dv); the result is (batch, heads, queries, dv).</param>
        /// <param name="length">How many positions count: a scalar of Int32 or Int64.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is negative or above the cache's.</exception>
        /// <exception cref="ShapeException">The shapes do not belong together, or the length is no scalar.</exception>
        /// <exception cref="DTypeException">The types differ, are no floating-point type, or the length is of another type than Int32 and Int64.</exception>
        public Tensor CachedAttention(Tensor keys, Tensor values, Tensor length)
        {
            ArgumentNullException.ThrowIfNull(keys);
            ArgumentNullException.ThrowIfNull(values);
            ArgumentNullException.ThrowIfNull(length);
            CachedAttention block = new();
            block.Infer([Spec, keys.Spec, values.Spec]);
            return block.Apply(this, keys, values, new CheckedPosition(block.Name, keys.Shape, 2, Length: 0, IsCount: true).Apply(length));
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Inputs: queries, keys, values, checked length.</summary>
    public sealed record CachedAttention : Block
    {
        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            (Shape queries, Shape keys, Shape values) = (inputs[0].Shape, inputs[1].Shape, inputs[2].Shape);
            Check.Float(Name, inputs[0]);
            Check.SameType(Name, inputs[0], inputs[1]);
            Check.SameType(Name, inputs[0], inputs[2]);
            if (queries.Rank != 4 || keys.Rank != 4 || values.Rank != 4
                || queries.With(2, 0) != keys.With(2, 0) || keys.With(3, 0) != values.With(3, 0))
            {
                throw new ShapeException($"{Name}: received queries {queries}, keys {keys}, values {values}; expected (batch, heads, queries, d), "
                    + "(batch, heads, longest, d), (batch, heads, longest, dv).");
            }

            return new(queries.With(3, values[3]), inputs[0].DType);
        }

        // Keys and values are masked too: 0 times what lies behind the length need not be 0.
        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor queries, Tensor keys, Tensor values) = (inputs[0], inputs[1], inputs[2]);
            Tensor counts = Tensor.Range(0, keys.Shape[2], DType.Int32).Less(inputs[3]), row = counts.ExpandDims(-1);
            Tensor scores = queries.MatMul(keys.MaskedBy(row).Transpose(0, 1, 3, 2)) * (1 / Math.Sqrt(queries.Shape[3]));
            Tensor shares = Tensor.Where(counts, scores, Tensor.Scalar(double.NegativeInfinity, queries.DType)).Softmax();
            return shares.MatMul(values.MaskedBy(row));
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            2.0 * output.Shape.CountOf(..3) * inputs[1].Shape[2] * (inputs[1].Shape[3] + inputs[2].Shape[3]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.CachedAttention(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.Input<int>(3)[0], arguments.OutputTensor);
    }
}
