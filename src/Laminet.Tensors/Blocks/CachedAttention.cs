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
        /// after the length are ignored, and the time is proportional to the length, not to the size of the cache. A query that may attend to no position gives 0.
        /// (Vaswani et al., "Attention is all you need", 2017; Ainslie et al., "GQA", 2023.) The time of the gradient is proportional to the size of the cache. Write the next key and value with
        /// <see cref="UpdateAt"/>.
        /// </summary>
        /// <param name="keys">k, (batch, key heads, longest, d), for queries (batch, heads, queries, d). The heads are a multiple of the key heads: neighbouring heads share keys and values.</param>
        /// <param name="values">v, (batch, key heads, longest, dv); the result is (batch, heads, queries, dv).</param>
        /// <param name="length">How many positions count: a scalar of Int32 or Int64.</param>
        /// <param name="mask">Bool, of a shape that broadcasts to (batch, heads, queries, longest): true where the query attends to the position. Null for everywhere.</param>
        /// <param name="causal">Whether the queries are those of the last positions that count, each of which attends to its own position and to earlier ones.</param>
        /// <exception cref="ArgumentOutOfRangeException">The length is negative or above the cache's.</exception>
        /// <exception cref="ShapeException">The shapes do not belong together, or the length is no scalar.</exception>
        /// <exception cref="DTypeException">The types differ, are no floating-point type, the length is of another type than Int32 and Int64, or the mask is not Bool.</exception>
        public Tensor CachedAttention(Tensor keys, Tensor values, Tensor length, Tensor? mask = null, bool causal = false)
        {
            ArgumentNullException.ThrowIfNull(keys);
            ArgumentNullException.ThrowIfNull(values);
            ArgumentNullException.ThrowIfNull(length);
            CachedAttention block = new(causal, mask is not null);
            Tensor[] masks = mask is null ? [] : [Heads.OfFourAxes(mask)];
            block.Infer([Spec, keys.Spec, values.Spec, length.Spec, .. masks.Select(each => each.Spec)]);
            return block.Apply([this, keys, values, new CheckedPosition(block.Name, keys.Shape, 2, Length: 0, IsCount: true).Apply(length), .. masks]);
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>Inputs: queries, keys, values, checked length, then the mask, if there is one, of four axes.</summary>
    /// <param name="Causal">Whether the queries are those of the last positions that count.</param>
    /// <param name="IsMasked">Whether there is a mask.</param>
    public sealed record CachedAttention(bool Causal = false, bool IsMasked = false) : Block
    {
        // A cache may hold keys and values side by side: they are read where they lie.
        internal override bool AcceptsStrides => true;

        // Decoding: of a long cache few positions may be in use, and a widened copy would have them all.
        internal override bool TakesHalves(in KernelArguments arguments) => CheckedKernels.AttendsToHalves(arguments.InputTensor(0), arguments.InputTensor(1));

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            (Shape queries, Shape keys, Shape values) = (inputs[0].Shape, inputs[1].Shape, inputs[2].Shape);
            Check.Float(Name, inputs[0]);
            Check.SameType(Name, inputs[0], inputs[1]);
            Check.SameType(Name, inputs[0], inputs[2]);
            if (queries.Rank != 4 || keys.Rank != 4 || values.Rank != 4 || keys.With(3, 0) != values.With(3, 0) || queries[0] != keys[0] || queries[3] != keys[3])
            {
                throw new ShapeException($"{Name}: received queries {queries}, keys {keys}, values {values}; expected (batch, heads, queries, d), "
                    + "(batch, key heads, longest, d), (batch, key heads, longest, dv).");
            }

            Heads.CheckGroups(Name, queries[1], keys[1]);
            if (IsMasked)
                Heads.CheckMask(Name, inputs[4], queries.With(3, keys[2]));
            return new(queries.With(3, values[3]), inputs[0].DType);
        }

        // Keys and values are masked too: 0 times what lies behind the length need not be 0.
        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            (Tensor queries, Tensor positions) = (inputs[0], Tensor.Range(0, inputs[1].Shape[2], DType.Int32));
            Tensor inUse = positions.Less(inputs[3]), row = inUse.ExpandDims(-1), counts = inUse;
            if (Causal)
                counts = positions.Less(inputs[3] + Tensor.Range(1 - queries.Shape[2], 1, DType.Int32).ExpandDims(-1));
            if (IsMasked)
                counts = counts.And(inputs[4]);
            Tensor keys = Heads.Repeated(inputs[1].MaskedBy(row), queries.Shape[1]), values = Heads.Repeated(inputs[2].MaskedBy(row), queries.Shape[1]);
            Tensor scores = queries.MatMul(keys, transposeOther: true) * (1 / Math.Sqrt(queries.Shape[3]));
            Tensor shares = Tensor.Where(counts, scores, Tensor.Scalar(double.NegativeInfinity, queries.DType)).Softmax();
            return shares.MatMul(values);
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            2.0 * output.Shape.CountOf(..3) * inputs[1].Shape[2] * (inputs[1].Shape[3] + inputs[2].Shape[3]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.CachedAttention(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.Input<int>(3)[0], IsMasked ? arguments.InputTensor(4) : null, Causal, arguments.OutputTensor);
    }
}
