namespace Laminet.Tensors.Kernels;

/// <content>Attention to a cache.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>
    /// Queries (batch, heads, queries, d), keys and values (batch, key heads, longest, d or dv), of which the first <paramref name="length"/> positions count. The mask, null for none, is
    /// (batch, heads, queries, longest) or broadcasts to that by axes of length 1.
    /// </summary>
    public static void CachedAttention(Tensor queries, Tensor keys, Tensor values, int length, Tensor? mask, bool causal, Tensor output)
    {
        (queries, keys, values) = (WithWholeRows(queries), WithWholeRows(keys), WithWholeRows(values));
        (Shape q, Shape k) = (queries.Shape, keys.Shape);
        Require(q.Rank == 4 && k.Rank == 4 && output.IsContiguous && length >= 0 && length <= k[2], "length of a cache");
        Require(k[0] == q[0] && k[3] == q[3] && k.With(3, 0) == values.Shape.With(3, 0) && output.Shape == q.With(3, values.Shape[3]), "shapes of queries, keys and values");
        Require(k[1] > 0 && q[1] % k[1] == 0, "numbers of heads");
        if (queries.DType == DType.Float32)
            Attend<float>(queries, keys, values, length, mask, causal, output);
        else
            Attend<double>(queries, keys, values, length, mask, causal, output);
        KeepAlive(queries, keys, values);
        KeepAlive(mask, output);
    }

    private static void Attend<T>(Tensor queries, Tensor keys, Tensor values, int length, Tensor? mask, bool causal, Tensor output)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        Shape q = queries.Shape;
        CachedAttentionCall<T> call = new()
        {
            Queries = HeadsFirst<T>(queries),
            Keys = HeadsFirst<T>(keys),
            Values = HeadsFirst<T>(values),
            Result = P<T>(output),
            Rows = q.CountOf(..3),
            QueryCount = q[2],
            Heads = q[1],
            HeadsPerKey = q[1] / keys.Shape[1],
            Length = length,
            Width = q[3],
            ValueWidth = values.Shape[3],
            Causal = causal,
        };
        if (mask is not null)
            call.Mask = ViewOfMask(mask, [q[0], q[1], q[2], keys.Shape[2]]);
        CachedAttentionRows<T>.Run(call);
    }

    // The kernel's rows are vectors in memory.
    private static Tensor WithWholeRows(Tensor tensor) => tensor.Rank == 4 && tensor.Strides[3] != 1 ? tensor.Contiguous() : tensor;

    private static HeadsView<T> HeadsFirst<T>(Tensor tensor) where T : unmanaged =>
        new() { Start = P<T>(tensor), Batch = tensor.Strides[0], Head = tensor.Strides[1], Time = tensor.Strides[2], Width = 1 };
}
