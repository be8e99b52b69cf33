namespace Laminet.Tensors.Kernels;

/// <content>Attention to a cache.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Queries (batch, heads, queries, d), keys and values (batch, heads, longest, d or dv), of which the first <paramref name="length"/> positions count.</summary>
    public static void CachedAttention(Tensor queries, Tensor keys, Tensor values, int length, Tensor output)
    {
        int longest = keys.Shape[2], rows = queries.Shape.CountOf(..3), heads = queries.Shape.CountOf(..2);
        Require(queries.IsContiguous && keys.IsContiguous && values.IsContiguous && output.IsContiguous, "strides of queries, keys and values");
        Require(length >= 0 && length <= longest && keys.Shape.CountOf(..2) == heads && values.Shape.CountOf(..3) == (long)heads * longest, "lengths of keys and values");
        Require(keys.Shape[3] == queries.Shape[3] && output.Shape.CountOf(..3) == rows && output.Shape[3] == values.Shape[3], "widths of queries, keys and values");
        if (queries.DType == DType.Float32)
            Attend<float>(queries, keys, values, length, output);
        else
            Attend<double>(queries, keys, values, length, output);
        KeepAlive(queries, keys, values);
        GC.KeepAlive(output);
    }

    private static void Attend<T>(Tensor queries, Tensor keys, Tensor values, int length, Tensor output)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => CachedAttentionRows<T>.Run(new()
        {
            Queries = P<T>(queries),
            Keys = P<T>(keys),
            Values = P<T>(values),
            Result = P<T>(output),
            Rows = queries.Shape.CountOf(..3),
            RowsPerHead = queries.Shape[2],
            Longest = keys.Shape[2],
            Length = length,
            Width = queries.Shape[3],
            ValueWidth = values.Shape[3],
        });
}
