using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <content>Attention to a cache.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Queries that read the same keys; more of them had better widen these once.</summary>
    private const int MostSharing = 8;

    /// <summary>Whether <see cref="CachedAttention"/> reads a cache of halves where it lies.</summary>
    public static bool AttendsToHalves(Tensor queries, Tensor keys) =>
        keys.DType.IsHalf() && keys.Shape[1] > 0 && (long)queries.Shape[1] / keys.Shape[1] * queries.Shape[2] <= MostSharing;

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
        if (queries.DType.IsHalf())
        {
            AttendToHalves(queries, keys, values, length, mask, causal, output);
        }
        else if (queries.DType == DType.Float32)
        {
            CachedAttentionCall<float> call = Attending<float>(queries, values, length, mask, causal);
            CachedAttentionRows<float>.Run(call with { Queries = HeadsFirst<float>(queries), Keys = HeadsFirst<float>(keys), Values = HeadsFirst<float>(values), Result = P<float>(output) });
        }
        else
        {
            CachedAttentionCall<double> call = Attending<double>(queries, values, length, mask, causal);
            CachedAttentionRows<double>.Run(call with { Queries = HeadsFirst<double>(queries), Keys = HeadsFirst<double>(keys), Values = HeadsFirst<double>(values), Result = P<double>(output) });
        }

        KeepAlive(queries, keys, values);
        KeepAlive(mask, output);
    }

    // Queries and result are small, and widened whole.
    private static void AttendToHalves(Tensor queries, Tensor keys, Tensor values, int length, Tensor? mask, bool causal, Tensor output)
    {
        (int heads, int count, int width) = (queries.Shape[1], queries.Shape[2], queries.Shape[3]);
        HeadsView<ushort> narrow = HeadsFirst<ushort>(queries);
        using Scratch<float> memory = Scratch.Rent<float>((nint)queries.Length + output.Length);
        HeadsView<float> wide = new() { Start = memory.Pointer, Batch = (nint)heads * count * width, Head = (nint)count * width, Time = width, Width = 1 };
        for (int row = 0; row < queries.Length / Math.Max(1, width); row++)
        {
            (int place, int query) = Math.DivRem(row, count);
            (int batch, int head) = Math.DivRem(place, heads);
            HalfNumbers.Widen(queries.DType, new(narrow.At(batch, head) + (query * narrow.Time), width), new(wide.Start + ((nint)row * width), width));
        }

        float* result = memory.Pointer + queries.Length;
        CachedAttentionRows<float>.Run(Attending<float>(queries, values, length, mask, causal) with
        {
            Queries = wide,
            HalfKeys = HeadsFirst<ushort>(keys),
            HalfValues = HeadsFirst<ushort>(values),
            HalfType = keys.DType,
            Result = result,
        });
        HalfNumbers.Narrow(output.DType, new(result, output.Length), new(P<ushort>(output), output.Length));
    }

    private static CachedAttentionCall<T> Attending<T>(Tensor queries, Tensor values, int length, Tensor? mask, bool causal) where T : unmanaged
    {
        Shape q = queries.Shape;
        return new()
        {
            Rows = q.CountOf(..3),
            QueryCount = q[2],
            Heads = q[1],
            HeadsPerKey = q[1] / values.Shape[1],
            Length = length,
            Width = q[3],
            ValueWidth = values.Shape[3],
            Causal = causal,
            Mask = mask is null ? default : ViewOfMask(mask, [q[0], q[1], q[2], values.Shape[2]]),
        };
    }

    // The kernel's rows are vectors in memory.
    private static Tensor WithWholeRows(Tensor tensor) => tensor.Rank == 4 && tensor.Strides[3] != 1 ? tensor.Contiguous() : tensor;

    private static HeadsView<T> HeadsFirst<T>(Tensor tensor) where T : unmanaged =>
        new() { Start = P<T>(tensor), Batch = tensor.Strides[0], Head = tensor.Strides[1], Time = tensor.Strides[2], Width = 1 };
}
