using System.Globalization;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors
{
    /// <content>Attention.</content>
    public sealed partial class Tensor
    {
        /// <summary>
        /// Attention by scaled products: softmax(scale q kᵀ) v, for each example and head; this tensor holds the queries q. A query that may attend to no
        /// key gives 0, with a gradient of 0. The scores are not kept: the gradient computes them again, block by block, so that the memory is proportional to
        /// the length of the sequences and not to its square. (Vaswani et al., "Attention is all you need", 2017; Ainslie et al., "GQA", 2023.)
        /// Keras: <c>dot_product_attention</c>; PyTorch: <c>nn.functional.scaled_dot_product_attention</c>; ONNX: <c>Attention</c>.
        /// </summary>
        /// <param name="keys">k, (batch, keys, key heads, d), for queries (batch, queries, heads, d). The heads are a multiple of the key heads: neighbouring heads share keys and values.</param>
        /// <param name="values">v, (batch, keys, key heads, dv); the result is (batch, queries, heads, dv).</param>
        /// <param name="mask">Bool, of a shape that broadcasts to (batch, heads, queries, keys): true where the query attends to the key. Null for everywhere.</param>
        /// <param name="causal">Whether query i attends to the keys 0 to i alone, as in Keras; also if there are more keys than queries.</param>
        /// <param name="scale">The factor of the products; 1 / sqrt(d) by default.</param>
        /// <param name="dropout">The fraction of the softmax's results that is set to zero, at least 0 and below 1; the others are divided by 1 - dropout.</param>
        /// <param name="dropoutKey">The key of the random choice of these.</param>
        /// <exception cref="ArgumentOutOfRangeException">The dropout is not in its range.</exception>
        /// <exception cref="ShapeException">The shapes do not belong together.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type, or the mask is not Bool.</exception>
        public Tensor DotProductAttention(
            Tensor keys, Tensor values, Tensor? mask = null, bool causal = false, double? scale = null, double dropout = 0, RandomKey dropoutKey = default)
        {
            ArgumentNullException.ThrowIfNull(keys);
            ArgumentNullException.ThrowIfNull(values);
            if (dropout is not (>= 0 and < 1))
            {
                throw new ArgumentOutOfRangeException(nameof(dropout), string.Create(CultureInfo.InvariantCulture,
                    $"DotProductAttention: received the dropout {dropout}; expected at least 0 and below 1."));
            }

            DotProductAttention block = new(causal, scale ?? Heads.Scale(Shape), dropout, mask is not null);
            List<Tensor> inputs = [this, keys, values];
            if (mask is not null)
                inputs.Add(Heads.OfFourAxes(mask));
            if (dropout > 0)
                inputs.Add(dropoutKey.AsTensor());
            return block.Apply([.. inputs]);
        }

        /// <summary>
        /// What <see cref="DotProductAttention"/> multiplies the values with, without dropout: softmax(scale q kᵀ), (batch, heads, queries, keys). The memory is
        /// proportional to the square of the length.
        /// </summary>
        /// <param name="keys">k, (batch, keys, key heads, d), for queries (batch, queries, heads, d).</param>
        /// <param name="mask">Bool, of a shape that broadcasts to (batch, heads, queries, keys): true where the query attends to the key. Null for everywhere.</param>
        /// <param name="causal">Whether query i attends to the keys 0 to i alone.</param>
        /// <param name="scale">The factor of the products; 1 / sqrt(d) by default.</param>
        /// <exception cref="ShapeException">The shapes do not belong together.</exception>
        /// <exception cref="DTypeException">The tensors are not of one floating-point type, or the mask is not Bool.</exception>
        public Tensor AttentionScores(Tensor keys, Tensor? mask = null, bool causal = false, double? scale = null)
        {
            ArgumentNullException.ThrowIfNull(keys);
            Tensor? axes = mask is null ? null : Heads.OfFourAxes(mask);
            Heads.Check(nameof(AttentionScores), Spec, keys.Spec, keys.Spec, axes?.Spec);
            return Heads.Shares(Heads.First(this), Heads.First(keys, Shape[2]), axes, causal, scale ?? Heads.Scale(Shape));
        }
    }
}

namespace Laminet.Tensors.Blocks
{
    /// <summary>
    /// Inputs: queries (batch, queries, heads, d), keys (batch, keys, key heads, d), values (batch, keys, key heads, dv), then the mask, if there is one, of four
    /// axes that broadcast to (batch, heads, queries, keys), then the key of the dropout, if there is one. The result is (batch, queries, heads, dv).
    /// </summary>
    /// <param name="Causal">Whether query i attends to keys up to i alone.</param>
    /// <param name="Scale">The factor of the products.</param>
    /// <param name="Dropout">The share of the softmax's results that become 0.</param>
    /// <param name="IsMasked">Whether there is a mask.</param>
    public sealed record DotProductAttention(bool Causal, double Scale, double Dropout, bool IsMasked) : Block
    {
        internal override bool AcceptsStrides => true;

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs)
        {
            Heads.Check(Name, inputs[0], inputs[1], inputs[2], IsMasked ? inputs[3] : null);
            return new(inputs[0].Shape.With(3, inputs[2].Shape[3]), inputs[0].DType);
        }

        /// <inheritdoc/>
        public override Tensor Body(ReadOnlySpan<Tensor> inputs)
        {
            Tensor queries = Heads.First(inputs[0]), keys = Heads.First(inputs[1], inputs[0].Shape[2]), values = Heads.First(inputs[2], inputs[0].Shape[2]);
            Tensor shares = Heads.Shares(queries, keys, IsMasked ? inputs[3] : null, Causal, Scale);
            return Heads.First((Dropout > 0 ? new Dropout(Dropout).Apply(shares, inputs[^1]) : shares).MatMul(values));
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            (Causal ? 1.0 : 2.0) * output.Shape.CountOf(..3) * inputs[1].Shape[1] * (inputs[0].Shape[3] + output.Shape[3]);

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.Attention(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), IsMasked ? arguments.InputTensor(3) : null,
            new(Causal, Scale, Dropout, Dropout > 0 ? arguments.Input<long>(arguments.Count - 1)[0] : 0), arguments.OutputTensor);

        /// <inheritdoc/>
        protected override Tensor?[] Gradients(in GradientArguments arguments)
        {
            Tensor[] all = new DotProductAttentionGradient(Causal, Scale, Dropout, IsMasked).ApplyAll([.. arguments.Inputs[..3], arguments.Upstream, .. arguments.Inputs[3..]]);
            Tensor?[] gradients = new Tensor?[arguments.Inputs.Length];
            for (int input = 0; input < all.Length; input++)
                gradients[input] = arguments.Wants(input) ? all[input] : null;
            return gradients;
        }
    }

    /// <summary>
    /// Inputs: queries, keys, values, the upstream gradient, then mask and key as in <see cref="DotProductAttention"/>. The gradients by queries, keys and values. With P the
    /// softmax and dP = dY vᵀ, the gradient by the scores is P (dP - sum(P dP)).
    /// </summary>
    /// <param name="Causal">Whether query i attends to keys up to i alone.</param>
    /// <param name="Scale">The factor of the products.</param>
    /// <param name="Dropout">The share of the softmax's results that become 0.</param>
    /// <param name="IsMasked">Whether there is a mask.</param>
    public sealed record DotProductAttentionGradient(bool Causal, double Scale, double Dropout, bool IsMasked) : Block
    {
        internal override bool AcceptsStrides => true;

        /// <inheritdoc/>
        public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => [inputs[0], inputs[1], inputs[2]];

        /// <inheritdoc/>
        public override Tensor[] BodyAll(ReadOnlySpan<Tensor> inputs)
        {
            (int heads, int keyHeads) = (inputs[0].Shape[2], inputs[1].Shape[2]);
            Tensor queries = Heads.First(inputs[0]), keys = Heads.First(inputs[1], heads), values = Heads.First(inputs[2], heads), upstream = Heads.First(inputs[3]);
            Tensor key = inputs[^1];
            Tensor shares = Heads.Shares(queries, keys, IsMasked ? inputs[4] : null, Causal, Scale);
            Tensor byShares = Kept(upstream.MatMul(values, transposeOther: true));
            Tensor byScores = shares * (byShares - (shares * byShares).Sum(-1, keepDims: true)) * Scale;
            return
            [
                Heads.First(byScores.MatMul(keys)),
                Heads.Shared(byScores.MatMul(queries, transposeThis: true), keyHeads),
                Heads.Shared(Kept(shares).MatMul(upstream, transposeThis: true), keyHeads),
            ];

            Tensor Kept(Tensor tensor) => Dropout > 0 ? new Dropout(Dropout).Apply(tensor, key) : tensor;
        }

        internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) =>
            (Causal ? 1.0 : 2.0) * output.Shape.CountOf(..3) * inputs[1].Shape[1] * ((3 * inputs[0].Shape[3]) + (2 * inputs[2].Shape[3]));

        /// <inheritdoc/>
        protected override void Run(in KernelArguments arguments) => CheckedKernels.AttentionGradient(
            arguments.InputTensor(0), arguments.InputTensor(1), arguments.InputTensor(2), arguments.InputTensor(3), IsMasked ? arguments.InputTensor(4) : null,
            new(Causal, Scale, Dropout, Dropout > 0 ? arguments.Input<long>(arguments.Count - 1)[0] : 0),
            Channels.Wanted(arguments, 0), Channels.Wanted(arguments, 1), Channels.Wanted(arguments, 2));
    }

    /// <summary>What the blocks of attention share.</summary>
    internal static class Heads
    {
        public static double Scale(Shape queries) => 1 / Math.Sqrt(queries.Rank == 4 ? Math.Max(1, queries[3]) : 1);

        /// <summary>A mask that lacks outer axes.</summary>
        public static Tensor OfFourAxes(Tensor mask) => mask.Rank < 4 ? mask.Reshape([.. Enumerable.Repeat(1, 4 - mask.Rank), .. mask.Shape]) : mask;

        /// <summary>(batch, time, heads, width) to (batch, heads, time, width), and back.</summary>
        public static Tensor First(Tensor tensor) => tensor.Transpose(0, 2, 1, 3);

        /// <summary>The same, each head of keys or values repeated for the neighbouring heads that share it.</summary>
        public static Tensor First(Tensor tensor, int heads) => Repeated(First(tensor), heads);

        /// <summary>(batch, own heads, time, width), each head repeated for the neighbouring heads that share it.</summary>
        public static Tensor Repeated(Tensor first, int heads)
        {
            (int batch, int own, int time, int width) = (first.Shape[0], first.Shape[1], first.Shape[2], first.Shape[3]);
            return own == heads ? first : first.ExpandDims(2).BroadcastTo([batch, own, heads / own, time, width]).Reshape(batch, heads, time, width);
        }

        /// <summary>The way back for gradients, which add up where heads share.</summary>
        public static Tensor Shared(Tensor gradient, int keyHeads)
        {
            (int batch, int heads, int time, int width) = (gradient.Shape[0], gradient.Shape[1], gradient.Shape[2], gradient.Shape[3]);
            return First(heads == keyHeads ? gradient : gradient.Reshape(batch, keyHeads, heads / keyHeads, time, width).Sum(2));
        }

        /// <summary>softmax(scale q kᵀ), with minus infinity in place of a score that does not count: rows without keys are then 0.</summary>
        public static Tensor Shares(Tensor queries, Tensor keys, Tensor? mask, bool causal, double scale)
        {
            Tensor scores = queries.MatMul(keys, transposeOther: true) * scale;
            // Of no keys there is no largest.
            if (scores.Shape[-1] == 0)
                return scores;
            Tensor? counts = mask;
            if (causal)
            {
                Tensor earlier = Tensor.Range(0, keys.Shape[2], DType.Int32).LessEqual(Tensor.Range(0, queries.Shape[2], DType.Int32).ExpandDims(-1));
                counts = mask?.And(earlier) ?? earlier;
            }

            return (counts is null ? scores : Tensor.Where(counts, scores, Tensor.Scalar(double.NegativeInfinity, scores.DType))).Softmax();
        }

        public static void Check(string operation, TensorSpec queries, TensorSpec keys, TensorSpec values, TensorSpec? mask)
        {
            Ops.Check.Float(operation, queries);
            Ops.Check.SameType(operation, queries, keys);
            Ops.Check.SameType(operation, queries, values);
            (Shape q, Shape k, Shape v) = (queries.Shape, keys.Shape, values.Shape);
            if (q.Rank != 4 || k.Rank != 4 || v.Rank != 4 || k.With(3, 0) != v.With(3, 0) || k[0] != q[0] || k[3] != q[3])
            {
                throw new ShapeException($"{operation}: received queries {q}, keys {k}, values {v}; expected (batch, queries, heads, d), "
                    + "(batch, keys, key heads, d), (batch, keys, key heads, dv).");
            }

            CheckGroups(operation, q[2], k[2]);
            if (mask is { } of)
                CheckMask(operation, of, [q[0], q[2], q[1], k[1]]);
        }

        public static void CheckGroups(string operation, int heads, int keyHeads)
        {
            if (keyHeads == 0 || heads % keyHeads != 0)
                throw new ShapeException($"{operation}: received {heads} heads of queries and {keyHeads} of keys; the first must be a multiple of the second.");
        }

        /// <summary>Requires a mask that broadcasts to the scores.</summary>
        public static void CheckMask(string operation, TensorSpec of, Shape scores)
        {
            if (of.DType != DType.Bool)
                throw new DTypeException($"{operation}: received a mask of {of}; expected Bool, true where the query attends to the key.");
            if (of.Shape.Rank != 4 || of.Shape.Where((length, axis) => length != 1 && length != scores[axis]).Any())
            {
                throw new ShapeException($"{operation}: received a mask of shape {of.Shape}; expected one that broadcasts to {scores}, (batch, heads, queries, keys). "
                    + "A mask of padding, (batch, keys), takes two more axes: Reshape it to (batch, 1, 1, keys).");
            }
        }
    }
}
