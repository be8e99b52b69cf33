using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>From scores to the shares of the keys, and back, row by row in the cache. A row is a query.</summary>
internal static unsafe class AttentionShares<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Turns the products of queries and keys into shares, softmax(scale q k); those not attended to become 0, as do all of a row without keys.</summary>
    public static void Fill(in AttentionCall<T> call, int batch, int head, int firstQuery, int rows, int keys, T* scores, nint stride)
    {
        for (int query = firstQuery; query < firstQuery + rows; query++, scores += stride)
        {
            int seen = call.Causal ? Math.Min(keys, query + 1) : keys;
            new Span<T>(scores + seen, keys - seen).Clear();
            if (seen == 0)
                continue;
            // With a factor above 0 the largest product is the largest score, and one pass scales and takes the largest off.
            bool isAbove = call.Scale > T.Zero;
            if (!isAbove)
                RowMath<TSimd, TVector, T>.Linear(scores, call.Scale, T.Zero, scores, seen);
            if (call.Mask.At(batch, head, query) is var mask && mask != null)
                Leave(mask, call.Mask.Key, scores, seen);
            Softmax(scores, seen, isAbove ? call.Scale : T.One);
        }
    }

    // Replaced, not added to: that holds for infinite scores, too.
    private static void Leave(byte* mask, nint step, T* scores, int count)
    {
        for (int key = 0; key < count; key++)
            scores[key] = mask[key * step] != 0 ? scores[key] : T.NegativeInfinity;
    }

    private static void Softmax(T* scores, int count, T scale)
    {
        Span<T> row = new(scores, count);
        T peak = RowMath<TSimd, TVector, T>.Max(scores, count);
        if (peak == T.NegativeInfinity)
        {
            row.Clear();
            return;
        }

        RowMath<TSimd, TVector, T>.Linear(scores, scale, -peak * scale, scores, count);
        TensorPrimitives.Exp(row, row);
        RowMath<TSimd, TVector, T>.Linear(scores, T.One / RowMath<TSimd, TVector, T>.Sum(scores, count), T.Zero, scores, count);
    }

    /// <summary>kept = the shares that dropout leaves, scaled; the source may be the target. The place of a share among all tells its random number.</summary>
    public static void Drop(in AttentionCall<T> call, int batch, int head, int firstQuery, int rows, int keys, T* source, T* kept, nint stride, uint* words)
    {
        ulong row = ((((ulong)batch * (ulong)call.Heads) + (ulong)head) * (ulong)call.QueryCount) + (ulong)firstQuery;
        for (int i = 0; i < rows; i++, source += stride, kept += stride)
        {
            ulong first = (row + (ulong)i) * (ulong)call.KeyCount;
            int offset = (int)(first % 4);
            RandomWords.Fill(call.DropoutKey, first / 4, 0, words, Rounding.DivideUp(keys + offset, 4));
            for (int key = 0; key < keys; key++)
                kept[key] = (int)(words[key + offset] >> 8) < call.KeptBound ? source[key] * call.KeptScale : T.Zero;
        }
    }

    /// <summary>
    /// upstream = scale (kept upstream - shares sum(kept upstream)): from the gradient by what multiplies the values to that by the products of queries and
    /// keys. Without dropout, kept are the shares.
    /// </summary>
    public static void Backward(T scale, int rows, int keys, T* shares, T* kept, T* upstream, nint stride)
    {
        for (int i = 0; i < rows; i++, shares += stride, kept += stride, upstream += stride)
        {
            T dot = RowMath<TSimd, TVector, T>.Dot(kept, upstream, keys);
            if (shares == kept)
                RowMath<TSimd, TVector, T>.Product(shares, upstream, -dot, upstream, keys);
            else
                Difference(shares, -dot, kept, upstream, keys);
            RowMath<TSimd, TVector, T>.Linear(upstream, scale, T.Zero, upstream, keys);
        }
    }

    /// <summary>upstream = kept upstream + shares minusDot.</summary>
    private static void Difference(T* shares, T minusDot, T* kept, T* upstream, int keys)
    {
        for (int key = 0; key < keys; key++)
            upstream[key] = (kept[key] * upstream[key]) + (shares[key] * minusDot);
    }
}
