using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>From scores to the shares of the keys, and back, row by row in the cache. A row is a query.</summary>
internal static unsafe class AttentionShares<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>With so few keys the exponentials of all rows are computed in one call, also where a causal mask makes them 0: a call for each row costs more.</summary>
    private const int FewKeys = 128;

    /// <summary>Turns the products of queries and keys into shares, softmax(scale q k); those not attended to become 0, as do all of a row without keys.</summary>
    public static void Fill(in AttentionCall<T> call, int batch, int head, int firstQuery, int rows, int keys, T* scores, nint stride)
    {
        // The length from row to row counts: what lies between the rows is computed with them.
        bool together = !call.Causal || stride <= FewKeys;
        for (int row = 0; row < rows; row++)
        {
            T* line = scores + (row * stride);
            int query = firstQuery + row, seen = Seen(call, query, keys);
            new Span<T>(line + seen, keys - seen).Fill(together ? T.NegativeInfinity : T.Zero);
            if (seen > 0)
                BelowPeak(call, call.Mask.At(batch, head, query), line, seen);
            if (!together)
                TensorPrimitives.Exp(new ReadOnlySpan<T>(line, seen), new Span<T>(line, seen));
        }

        if (together)
        {
            int count = (int)(((rows - 1) * stride) + keys);
            TensorPrimitives.Exp(new ReadOnlySpan<T>(scores, count), new Span<T>(scores, count));
        }

        for (int row = 0; row < rows; row++)
        {
            T* line = scores + (row * stride);
            int seen = Seen(call, firstQuery + row, keys);
            // The peak itself adds 1; a row without keys is 0 already.
            if (seen > 0 && RowMath<TSimd, TVector, T>.Sum(line, seen) is var sum && sum != T.Zero)
                RowMath<TSimd, TVector, T>.Linear(line, T.One / sum, T.Zero, line, seen);
        }
    }

    private static int Seen(in AttentionCall<T> call, int query, int keys) => call.Causal ? Math.Min(keys, query + 1) : keys;

    /// <summary>Scores less the row's largest; minus infinity where the query does not attend to the key.</summary>
    private static void BelowPeak(in AttentionCall<T> call, byte* mask, T* line, int seen)
    {
        // With a factor above 0 the largest product is the largest score, and one pass scales and takes the largest off.
        T scale = call.Scale;
        if (!(scale > T.Zero))
        {
            RowMath<TSimd, TVector, T>.Linear(line, scale, T.Zero, line, seen);
            scale = T.One;
        }

        if (mask != null)
            Leave(mask, call.Mask.Key, line, seen);
        T peak = RowMath<TSimd, TVector, T>.Max(line, seen);
        if (peak != T.NegativeInfinity)
            RowMath<TSimd, TVector, T>.Linear(line, scale, -peak * scale, line, seen);
    }

    // Replaced, not added to: that holds for infinite scores, too.
    private static void Leave(byte* mask, nint step, T* scores, int count)
    {
        // Most rows attend to all keys, or to all but the last.
        int key = step == 1 ? new ReadOnlySpan<byte>(mask, count).IndexOf((byte)0) : 0;
        for (key = key < 0 ? count : key; key < count; key++)
            scores[key] = mask[key * step] != 0 ? scores[key] : T.NegativeInfinity;
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
