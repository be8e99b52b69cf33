using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Attention with caches, windows and groups of heads, written out; `DotProductAttention` is the fused operation for what needs none of them.</summary>
internal static class OnnxAttention
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("Attention", Attention),
        Of("LinearAttention", LinearAttention),
        Of("RotaryEmbedding", RotaryEmbedding),
    ];

    // (batch, time, heads * size) as (batch, heads, time, size).
    private static Tensor Heads(Tensor x, int heads) => x.Reshape(x.Shape[0], x.Shape[1], heads, x.Shape[2] / heads).Transpose(0, 2, 1, 3);

    private static Tensor Joined(Tensor x) => x.Transpose(0, 2, 1, 3).Reshape(x.Shape[0], x.Shape[2], x.Shape[1] * x.Shape[3]);

    private static Tensor[] Attention(OnnxExample e)
    {
        bool isFlat = e.X.Rank == 3;
        Tensor q = isFlat ? Heads(e.X, e.Int("q_num_heads", 1)) : e.X, k = isFlat ? Heads(e.Y, e.Int("kv_num_heads", 1)) : e.Y, v = isFlat ? Heads(e.In(2), e.Int("kv_num_heads", 1)) : e.In(2);
        Tensor keys = e.Maybe(4) is Tensor oldKeys ? Tensor.Concatenate([oldKeys, k], 2) : k, values = e.Maybe(5) is Tensor oldValues ? Tensor.Concatenate([oldValues, v], 2) : v;
        int groups = q.Shape[1] / keys.Shape[1], steps = q.Shape[2], length = keys.Shape[2];
        Tensor wideKeys = groups > 1 ? keys.Repeat(groups, 1) : keys, wideValues = groups > 1 ? values.Repeat(groups, 1) : values;
        double scale = Math.Sqrt(e.Num("scale", 1 / Math.Sqrt(q.Shape[3])));
        Tensor scores = (q * scale).MatMul(wideKeys * scale, transposeOther: true);
        if (e.Num("softcap", 0) is > 0 and double cap)
            scores = (scores / cap).Tanh() * cap;
        Tensor bias = Bias(e, q.DType, steps, length), biased = scores + bias;
        Tensor wide = e.Has("softmax_precision") ? biased.Cast(e.Type("softmax_precision", q.DType)) : biased;
        // A query that may see no key sees nothing.
        Tensor isBlind = bias.Max(-1, keepDims: true).Equal(double.NegativeInfinity);
        Tensor shares = Tensor.Where(isBlind, wide.ZerosLike(), Tensor.Where(isBlind, wide.ZerosLike(), wide).Softmax());
        Tensor result = shares.MatMul(wideValues.Cast(shares.DType)).Cast(q.DType);
        Tensor shown = e.Int("qk_matmul_output_mode", 0) switch { 2 => biased, 3 => shares.Cast(q.DType), _ => scores };
        return [isFlat ? Joined(result) : result, keys, values, shown];
    }

    // What is added to the scores: the mask, and minus infinity where a query may not look.
    private static Tensor Bias(OnnxExample e, DType type, int steps, int length)
    {
        Tensor none = Tensor.Scalar(double.NegativeInfinity, type), zero = Tensor.Scalar(0, type), bias = Tensor.Zeros([steps, length], type);
        if (e.Maybe(3) is Tensor mask)
        {
            Tensor numbers = mask.DType == DType.Bool ? Tensor.Where(mask, zero, none) : mask;
            int missing = length - numbers.Shape[^1];
            bias += missing > 0 ? numbers.Pad([.. Enumerable.Range(0, numbers.Rank).Select(i => (0, i == numbers.Rank - 1 ? missing : 0))], double.NegativeInfinity) : numbers;
        }

        // How many keys come before the first query: those of the cache, or, of a cache of fixed size, the ones in use but the new ones.
        Tensor? used = e.Maybe(6)?.Cast(DType.Int32).Reshape(-1, 1, 1, 1);
        Tensor offset = e.Maybe(4) is Tensor past ? Tensor.Scalar(past.Shape[2]) : used is not null ? used - steps : Tensor.Scalar(0);
        Tensor places = Tensor.Range(0, length), ahead = places - (Tensor.Range(0, steps).ExpandDims(1) + offset);
        Tensor Allowed(Tensor isAllowed) => Tensor.Where(isAllowed, zero, none);
        if (e.Flag("is_causal"))
            bias += Allowed(ahead.LessEqual(0));
        if (e.Int("left_window_size", -1) is >= 0 and int left)
            bias += Allowed(ahead.GreaterEqual(-left));
        if (e.Int("right_window_size", -1) is >= 0 and int right)
            bias += Allowed(ahead.LessEqual(right));
        return used is not null ? bias + Allowed(places.Less(used)) : bias;
    }

    private static Tensor[] LinearAttention(OnnxExample e)
    {
        int heads = e.Int("q_num_heads", 1), groups = heads / e.Int("kv_num_heads", 1);
        string rule = e.Text("update_rule", "gated_delta");
        Tensor Split(Tensor x) => Heads(x.Cast(DType.Float32), e.Int("kv_num_heads", 1));
        Tensor q = Heads(e.X.Cast(DType.Float32), heads), k = Split(e.Y), v = Split(e.In(2));
        Tensor? decay = e.Maybe(4) is Tensor d ? Split(d).Exp() : null, beta = e.Maybe(5)?.Cast(DType.Float32).ExpandDims(-1).Transpose(0, 2, 1, 3);
        Tensor state = e.Maybe(3)?.Cast(DType.Float32) ?? Tensor.Zeros([k.Shape[0], k.Shape[1], k.Shape[3], v.Shape[3]]);
        double scale = e.Num("scale", 0) is 0 ? 1 / Math.Sqrt(k.Shape[3]) : e.Num("scale", 0);
        Tensor[] outputs = new Tensor[q.Shape[2]];
        for (int t = 0; t < outputs.Length; t++)
        {
            Tensor key = k.At(t, 2), value = v.At(t, 2);
            if (rule.StartsWith("gated", StringComparison.Ordinal))
                state *= decay!.At(t, 2).ExpandDims(-1);
            if (rule.EndsWith("delta", StringComparison.Ordinal))
                value = beta!.At(t, 2) * (value - Tensor.Einsum("bhdm,bhd->bhm", state, key));
            state += key.ExpandDims(-1) * value.ExpandDims(-2);
            outputs[t] = Tensor.Einsum("bhd,bhdm->bhm", q.At(t, 2), groups > 1 ? state.Repeat(groups, 1) : state) * scale;
        }

        return [Joined(Tensor.Stack(outputs, 2)).Cast(e.X.DType), state.Cast((e.Maybe(3) ?? e.X).DType)];
    }

    private static Tensor RotaryEmbedding(OnnxExample e)
    {
        bool isFlat = e.X.Rank == 3;
        Tensor x = isFlat ? Heads(e.X, e.Int("num_heads", 1)) : e.X;
        int size = e.Int("rotary_embedding_dim", 0) is > 0 and int part ? part : x.Shape[3];
        Tensor Angles(int input) => (e.Maybe(3) is Tensor places ? e.In(input).Gather(places) : e.In(input)).Slice(0, size / 2, axis: 2).ExpandDims(1);
        Tensor cos = Angles(1), sin = Angles(2), turned = x.Slice(0, size, axis: 3);
        bool isInterleaved = e.Flag("interleaved");
        Tensor first = isInterleaved ? turned.Slice(0, step: 2, axis: 3) : turned.Slice(0, size / 2, axis: 3), second = isInterleaved ? turned.Slice(1, step: 2, axis: 3) : turned.Slice(size / 2, axis: 3);
        Tensor a = (first * cos) - (second * sin), b = (first * sin) + (second * cos);
        turned = isInterleaved ? Tensor.Stack([a, b], -1).Reshape(turned.Shape) : Tensor.Concatenate([a, b], 3);
        Tensor result = size < x.Shape[3] ? Tensor.Concatenate([turned, x.Slice(size, axis: 3)], 3) : turned;
        return isFlat ? Joined(result) : result;
    }
}
